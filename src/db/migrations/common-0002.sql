-- W3C trace context of the request that enqueued a job, when it is traced.
ALTER TABLE job ADD COLUMN traceparent TEXT;
