nav-notices = Notices
nav-reminders = Reminders
nav-ladder = Ladder of calls
notices-none = No notices yet. Tasks that fall due or are late call here by themselves.
notices-fresh = { $shown } new
notices-new = new
notices-seen = Mark as seen
notices-day = Day
notices-what = What
notices-whom = Who is called
notice-before = { $n ->
    [one] { $shown } working day left
   *[other] { $shown } working days left
}
notice-today = due today
notice-late = { $n ->
    [one] { $shown } working day late
   *[other] { $shown } working days late
}
whom-unit = Lead unit
whom-head = Head of the unit
whom-above = Level above
whom-office = Programme office
whom-leader = Leader
reminders-late = Units with overdue tasks
reminders-nothing = Nothing is overdue.
reminders-longest = Longest delay
working-days = { $n ->
    [one] { $shown } working day
   *[other] { $shown } working days
}
reminders-how = Make reminders
reminders-how-hint = Each chosen unit gets one numbered Word document with the cut-off time and the list of what is overdue then.
reminders-issuer = Code of the issuer
reminders-symbol = Symbol
reminders-reply = Answer before
signing-authority = Signed on behalf of (TM., TL., T/L)
signing-title = Office of the signer
signing-name = Signer
reminders-explain = Demand an explanation for each task by the day of the answer
reminders-make = Make the documents
reminders-made = Reminders made
reminders-none = None made yet.
reminders-cut-off = Cut-off
reminders-sent = Note as sent
reminders-sent-on = Sent on
reminders-withdraw = Withdraw
reminder-made = not sent
reminder-sent = sent
reminder-withdrawn = withdrawn
ladder-lead = Each rung calls exactly once, on a working day counted from the deadline by the lead unit's calendar: negative is before the deadline, positive after it.
ladder-after = Working days from the deadline
ladder-repeat = Call the lead unit again every (working days, 0 for never)
task-calls = Calls
task-next-call = Next rung: { $whom }, on { $day }
chase-refusal-none = No unit is chosen. Tick at least one.
chase-refusal-nothing = { $unit } has nothing overdue. Untick it.
chase-refusal-reply = The day of the answer must lie after today; a demand for explanations needs one.
chase-refusal-sent = The day of sending cannot lie after today.
chase-refusal-ladder = The ladder is not right: days from -30 to 60, none twice; the repetition from 0 to 60.
act-chase-ladder-change = Change the ladder of calls
act-chase-reminder-make = Make a reminder
act-chase-reminder-send = Note a reminder as sent
act-chase-reminder-withdraw = Withdraw a reminder
fact-ladder = Ladder of calls
nav-told = How I am told
told-mail = Digest by mail
told-mail-hint = Sent at the chosen hours with new notices and what is overdue. Nothing to say, nothing sent. Leave the address empty for none.
told-no-server = No mail server is set (serve --smtp); mails are written and wait.
told-address = Mail address
told-hours = Hours (at most four)
told-last = Last mails
told-feed = My deadlines as a calendar
told-feed-hint = A secret address from which a calendar reads my deadlines. Whoever has it can read them; change or drop it at any time.
told-feed-once = Shown only once; copy it into the calendar:
told-feed-there = There is an address, made at
told-feed-make = Make an address
told-feed-new = Make a new one, drop the old
told-feed-drop = Drop the address
mail-waiting = waiting
mail-sending = being sent
mail-sent = sent
mail-failed = failed
digest-subject = Trọng Tâm: what needs attention on { $day }
digest-notices = New notices ({ $shown }):
digest-overdue = Overdue ({ $shown }):
chase-refusal-hours = Write the hours like 07:30,16:30, at most four.
chase-refusal-mail = “{ $value }” is no mail address. Write it like name@office.gov.vn.
