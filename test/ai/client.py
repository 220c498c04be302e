"""OpenAI's Python client, unchanged, against the proxy: prints one JSON line for the test that started it."""
import json
import sys

import openai
from openai import OpenAI

base, key, capsule = sys.argv[1:4]
client = OpenAI(base_url=base, api_key=key, max_retries=0, timeout=20)
messages = [{"role": "user", "content": "Hi"}]
seen = {}


def caught(call):
    try:
        call()
        return "nothing"
    except openai.OpenAIError as error:
        return type(error).__name__


def words(model, asked=messages):
    text = ""
    for chunk in client.chat.completions.create(model=model, messages=asked, stream=True):
        if chunk.choices:
            text += chunk.choices[0].delta.content or ""
    return text


seen["whole"] = client.chat.completions.create(model="fast", messages=messages).choices[0].message.content
seen["stream"] = words("fast")
tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
call = client.chat.completions.create(model="fast", messages=messages, tools=tools).choices[0].message.tool_calls[0]
seen["tool"] = json.loads(call.function.arguments)
seen["embedding"] = client.embeddings.create(model="fast", input=["a"]).data[0].embedding
seen["models"] = [model.id for model in client.models.list()]
seen["unknown"] = caught(lambda: client.chat.completions.create(model="none", messages=messages))
seen["stranger"] = caught(lambda: OpenAI(base_url=base, api_key="wrong", max_retries=0).models.list())
seen["invalid"] = caught(lambda: client.chat.completions.create(model="fast", messages=[]))
seen["cut"] = caught(lambda: words("cut"))
seen["limited"] = caught(lambda: client.chat.completions.create(model="limited", messages=messages))
seen["broken"] = caught(lambda: client.chat.completions.create(model="broken", messages=messages))
seen["rescued"] = words("rescued")
with client.chat.completions.stream(model="fast", messages=messages) as stream:
    seen["helper"] = stream.get_final_completion().choices[0].message.content


def native(model):
    """A model that speaks another protocol behind the proxy."""
    called = client.chat.completions.create(model=model, messages=messages, tools=tools).choices[0].message.tool_calls[0]
    with client.chat.completions.stream(model=model, messages=messages, tools=tools) as stream:
        streamed = stream.get_final_completion().choices[0].message.tool_calls[0]
    heard = {"role": "tool", "tool_call_id": called.id, "content": "Rain, 9 degrees."}
    turns = [*messages, {"role": "assistant", "tool_calls": [called.model_dump()]}, heard]
    return [
        client.chat.completions.create(model=model, messages=messages).choices[0].message.content,
        words(model),
        json.loads(called.function.arguments),
        json.loads(streamed.function.arguments),
        client.chat.completions.create(model=model, messages=turns, tools=tools).choices[0].message.content,
    ]


seen["natives"] = [native("gemini"), native("claude")]
asked = [{"role": "user", "content": "What happened on the second evening?"}]
model = f"capsule/{capsule}"
first = client.chat.completions.create(model=model, messages=asked).choices[0].message.content
seen["capsule"] = [first, words(model, asked), words(model, asked)]
print(json.dumps(seen))
