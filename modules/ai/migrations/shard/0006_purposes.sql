-- What a call was made for, where it is neither a client's nor a visitor's: which help in writing an owner asked for.
ALTER TABLE ai_usage ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
