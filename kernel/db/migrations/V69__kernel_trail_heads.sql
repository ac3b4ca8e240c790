-- Heads are counted from here on, so that one that was cut off is missed.
insert into kernel_counter (name, n) select 'trail-heads', count(*) from kernel_trail_head;
