-- A thousand tickets change: each gets an answer, is closed anew, and a survey tells something else.
insert into gorgias.messages
select
    account, 900000000000 + id, id, assignee_user_id, null, channel, 'helpdesk', true, true,
    repeat('y', 250), repeat('z', 250), timestamptz '2026-06-01 12:00+00', timestamptz '2026-06-01 12:00:02+00',
    null, now(), now(), null
from gorgias.tickets where id % (:tickets / 1000) = 3;

update gorgias.tickets
set closed_datetime = timestamptz '2026-06-01 13:00+00', _sdc_batched_at = now()
where id % (:tickets / 1000) = 3;

update gorgias.satisfaction_surveys set score = 6 - score, _sdc_batched_at = now()
where id % (:tickets / 1000) = 3;
