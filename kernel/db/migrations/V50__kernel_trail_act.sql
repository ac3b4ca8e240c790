-- The audit page chooses by act, and lists each act that there is.
create index kernel_trail_act on kernel_trail (act, id);
