-- The block rides along in the list, so that whoever reads a block's answers looks at no others' rows. An index of its own had a
-- place to write to for each block: in a crowd's commits more pages than all else together (docs/decisions/0035).
DROP INDEX response_block;
DROP INDEX response_list;
CREATE INDEX response_list ON response (capsule_id, row, block);
