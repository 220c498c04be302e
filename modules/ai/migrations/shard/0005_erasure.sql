-- Who asks to be forgotten is found by an address, and by the visitor who left it.
CREATE INDEX ai_lead_email ON ai_lead (email COLLATE NOCASE);
CREATE INDEX ai_conversation_visitor ON ai_conversation (visitor, id);
