"""OpenAI's agent framework, unchanged, against the proxy: an agent with a tool. Prints one JSON line for the test that started it."""
import asyncio
import json
import sys

import openai
from agents import Agent, ModelSettings, OpenAIChatCompletionsModel, Runner, function_tool, set_tracing_disabled

base, key, capsule = sys.argv[1:4]
set_tracing_disabled(True)
client = openai.AsyncOpenAI(base_url=base, api_key=key, max_retries=0, timeout=20)
asked_cities = []


@function_tool
def weather(city: str) -> str:
    """Tells the weather of a city."""
    asked_cities.append(city)
    return "Rain, 9 degrees."


def agent(model, tools=(weather,)):
    chat = OpenAIChatCompletionsModel(model=model, openai_client=client)
    return Agent(name="Guide", instructions="Be brief.", model=chat, tools=list(tools), model_settings=ModelSettings())


async def streamed(model, tools=(weather,), question="Is it raining in Cologne?"):
    run = Runner.run_streamed(agent(model, tools), question)
    words = ""
    async for event in run.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            words += event.data.delta
    return [words, run.final_output]


async def caught(call):
    try:
        await call
        return "nothing"
    except openai.OpenAIError as error:
        return type(error).__name__


async def main():
    whole = await Runner.run(agent("fast"), "Is it raining in Cologne?")
    handed = await Runner.run(Agent(name="Desk", handoffs=[], model=agent("rescued").model), "Hi")
    seen = {
        "whole": whole.final_output,
        "usage": whole.context_wrapper.usage.requests,
        "stream": await streamed("fast"),
        "rescued": handed.final_output,
        "limited": await caught(Runner.run(agent("limited"), "Hi")),
        "broken": await caught(Runner.run(agent("broken"), "Hi")),
        "cut": await caught(streamed("cut", ())),
        "natives": [[(await Runner.run(agent(model), "Hi")).final_output, await streamed(model)] for model in ("gemini", "claude")],
        "unknown": await caught(Runner.run(agent("none"), "Hi")),
        "capsule": await streamed(f"capsule/{capsule}", (), "What happened on the second evening?"),
        "cities": asked_cities,
    }
    print(json.dumps(seen))


asyncio.run(main())
