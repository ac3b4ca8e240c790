# Refusals that every room shares
refusal-not-found = There is nothing here, or you may not see it. Check the address or go back to the start page.
refusal-forbidden = You can see this but have no right to do what you chose. The head of the unit or an administrator has it.
refusal-signed-out = Sign in to see this page.
refusal-busy = The server is busy. Wait a few seconds and try again; what you typed is still here.
refusal-calendar-year = The working calendar does not cover { $year }. An administrator enters that year's days off under Administration › Calendar.
refusal-required = Enter { $field }.
refusal-too-long = { $field } is longer than { $max } characters. Shorten it.
refusal-date = { $field } must be a real date, written like 19/04/2023.
refusal-day = "{ $value }" is no real day. Write it like 19/04/2023.
refusal-number = { $field } must be a number, written like 1.234,5.
refusal-conflict = Somebody else has just changed this. Your text and the new one are shown side by side; choose what to keep and save again.
refusal-duplicate = { $what } is already in the system.
refusal-unknown-word = { $field } does not take the value "{ $value }".
refusal-cross-site = The request came from another site and was not taken. Open this page again and repeat.
refusal-nul = The text holds control characters that cannot be read. Type that part again.
refusal-unavailable = The database cannot be reached now. Nothing was changed; try again in a moment.
refusal-too-large = What was sent is larger than { $kb } KB, the most this form takes. Shorten it or send it in parts.
refusal-too-many-fields = The form holds more than { $n } fields. Send it in parts.
refusal-no-form = The form could not be read. Open the page again and repeat.
refusal-cut-off = The form did not arrive whole. Check the connection and send it again.
refusal-read-token = This token is for reading only. Ask an administrator for one that may write.

weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

due-day = day
due-period = period
due-recurring = recurring
due-recurring_day = yearly
due-continuous = continuous
due-none = no deadline given
due-invalid = not a real date

standing-in_time = On schedule
standing-due_soon = Due soon
standing-overdue = Overdue
standing-done_in_time = Done on time
standing-done_late = Done late
standing-undated = No deadline

role-administrator = System administrator
role-programme_office = Programme office
role-leader = Leader
role-unit_head = Head of unit
role-clerk = Officer
role-inspector = Inspector
role-personnel_officer = Personnel officer
role-organisation_officer = Organisation officer
role-reader = Reader
refusal-sure = This cannot be undone. Tick the box that confirms it and send again.
paste-cut = # pasted lines found no place or had a cell that was not taken. Check the last rows.
rows-more = Add a row
