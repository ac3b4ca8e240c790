insert into kernel_counter (name, n) select 'trail', count(*) from kernel_trail where position is not null;
drop index kernel_trail_at;
