# The planted bugs: NAME, source, a text that occurs in it exactly once, what stands there instead, and the story that a
# person would tell. Each becomes one program, mutant_NAME; hunt.cmake runs them all.

mutant(late_work_not_kept sync/office/intake.cpp
  [==[    store.put(held);
    judge.was_put]==]
  [==[    if (held.position != 0) store.put(held);
    judge.was_put]==]
  "A receipt says that the office holds a note for a manager to judge; nobody kept it.")
mutant(receipt_counts_as_backup sync/office/desk.cpp
  "status.backed_up = store_.backed_up();"
  "status.backed_up = store_.last_position();"
  "What the office received is thrown away on the device as if a backup had it; the office is restored.")
mutant(cursor_ahead_of_data sync/office/reach.cpp
  "page.upto = is_all ? with.upto : stretch.back().position;"
  "page.upto = with.upto;"
  "The cursor runs to the end of the log though the page was cut at its limit.")
mutant(latest_by_wall_clock sync/merge/policy.cpp
  "return origin.is_pending() ? origin.stamp : std::min(origin.stamp, Stamp::at(origin.accepted));"
  "return origin.stamp;"
  "A laptop whose clock is ten years ahead wins every disagreement.")
mutant(purge_before_push sync/device/apply.cpp
  "const bool stays_whole = is_on_its_way(stored.state) || (stays.late_work && is_out_of_records(stored.state));"
  "const bool stays_whole = stays.late_work && is_out_of_records(stored.state);"
  "A case is withdrawn while notes on it still wait to be sent; they go with it.")
mutant(missing_backfill sync/office/reach.cpp
  "if (of_before || std::ranges::any_of(cells, &CellChange::gained))"
  "if (of_before)"
  "Somebody is given more of a case and never receives what was written before.")
mutant(coverage_ahead_of_data sync/device/apply.cpp
  "if (reach.mask) entry = CoverageEntry{*reach.mask, reach.backfill};"
  "if (reach.mask) entry = CoverageEntry{*reach.mask, std::nullopt};"
  "The device says that it holds a scope before the first page of it came.")
mutant(parts_of_a_known_change_dropped sync/device/apply.cpp
  [==[    if (fresh.empty()) return Taken::nothing;
    put_merged(store]==]
  [==[    if (!fresh.empty()) return Taken::nothing;
    put_merged(store]==]
  "A section that becomes visible later is not taken, for the change is known already.")
mutant(late_work_overtaken sync/office/judge.cpp
  "  if (held.empty()) return {};"
  "  if (!held.empty()) return {};"
  "An amendment of a held note is accepted before the note is.")
mutant(salt_reused sync/ledger/change.cpp
  "part.salt = salt_of(seed, part.section);"
  "part.salt = salt_of(seed, 0);"
  "All parts of a change have one salt: who has one part can guess the others.")
mutant(never_ignored_for_own_work sync/sharing/compiled_rules.cpp
  "if (covers(rules_, rules_.rules[i], object))"
  "if ((!object.own_work || rules_.rules[i].verb == Verb::may) && covers(rules_, rules_.rules[i], object))"
  "What the rules forbid everybody is allowed for what one wrote oneself.")
mutant(read_where_only_seen sync/sharing/visible.cpp
  "level >= Level::read"
  "level >= Level::see"
  "Who may know that something exists is sent what it says.")
mutant(epoch_reused sync/office/desk.cpp
  "device.epoch = std::max(device.epoch, hello.epoch) + 1;"
  "device.epoch = std::max(device.epoch, hello.epoch);"
  "After a restore a device numbers its segments anew in the epoch that it was in.")
mutant(withdrawn_parts_left sync/device/apply.cpp
  "    const Kept kept = keep_only(store, with, row.record, {sections});"
  "    const Kept kept = went ? Kept() : keep_only(store, with, row.record, {sections});"
  "Of a withdrawn case only the first record goes.")
mutant(marking_does_not_withdraw sync/office/reach.cpp
  "write.field == header::type || write.field == header::marking"
  "write.field == header::type"
  "A record is marked restricted and stays on the laptops of people who may not see restricted records.")
mutant(look_forgets_assignments sync/office/reach.cpp
  "const bool may_move = moves_reach(header.kind) || header.kind == kinds::late_work;"
  "const bool may_move = header.kind == kinds::case_file;"
  "Somebody is taken off a case; at the next look only cases that were begun count, and the case stays.")
mutant(look_forgets_time sync/office/reach.cpp
  "with.now < last.at || with.now >= last.until"
  "with.now < last.at"
  "An assignment ends by its date; nobody looks again, and the case stays.")
mutant(merged_scope_not_asked_again sync/office/reach.cpp
  "if (!scopes.empty()) scopes.insert(last.merged.begin(), last.merged.end());"
  ""
  "Two cases were merged; whoever leaves the surviving one keeps the other.")
mutant(own_released_work_skipped sync/office/reach.cpp
  "return receipt && receipt->body.judgement_of(held.index) == Receipt::Judgement::accepted;"
  "return receipt.has_value();"
  "A manager releases somebody's late work; its author never hears of it.")
mutant(custody_forgotten sync/office/desk_content.cpp
  "    store_.put_custody({known.device, move.scope, self_.clock.now(), !move.mask});"
  ""
  "A case leaves the office, and nobody wrote down that it did.")
mutant(safest_lowers sync/merge/policy.cpp
  "if (settled.in_force.empty() || found > greatest) {"
  "if (settled.in_force.empty() || found < greatest) {"
  "Two people assess a risk without knowing of each other; the lower one is shown.")
mutant(set_remove_wins sync/merge/policy.cpp
  "(chosen->out && !write.out) ||"
  "(!chosen->out && write.out) ||"
  "A tag that one person set and another took away without knowing of it is gone.")
mutant(position_gap sync/office/intake.cpp
  "held.position = first_position + accepted++;"
  "held.position = first_position + i; ++accepted;"
  "Late work leaves a hole in the log's positions.")
mutant(proof_not_checked sync/device/apply.cpp
  "return verify_multi_proof(trust.ledger, leaves, page.proof);"
  "return {};"
  "Somebody on the way backdates an acceptance, and the device believes it.")
mutant(parts_not_checked sync/device/apply.cpp
  "return check_members(carried.segment, members, carried.proof);"
  "return {};"
  "Somebody on the way alters a note, and the device believes it.")
mutant(cursor_kept_over_a_restore sync/office/desk.cpp
  "place_ = {std::min(hello.cursor, trusted_upto_), 0};"
  "place_ = {std::min(hello.cursor, store_.last_position()), 0};"
  "After a restore a new change takes an old position, and no device receives it.")
mutant(lost_work_not_offered sync/device/desk.cpp
  "    forget_leaves_from(store_, catalogue_, kept);"
  ""
  "The office is restored, and nobody brings back what it lost.")
mutant(rights_of_before_only sync/office/judge.cpp
  "  if (Result<void> may = check_rights(with_, change, mask, after); !may) return may;"
  ""
  "Whoever creates a record needs no right to it.")
mutant(masks_kept_too_long sync/office/judge.cpp
  "if (moves_reach(header.kind) || header.kind == kinds::late_work) scopes_.clear();"
  ""
  "Somebody takes a colleague off a case and writes on in it; the notes are judged as if the colleague were still on it.")
mutant(assignment_never_ends sync/office/facts.cpp
  "  if (ends && *ends <= when_.now) return false;"
  ""
  "Somebody is taken off a case and goes on receiving it.")
mutant(consent_never_withdrawn sync/office/facts.cpp
  "if (code_in(record, catalogue_, consent_facts::status) != number_of(ConsentStatus::given)) continue;"
  ""
  "A client withdraws consent, and the provider goes on receiving.")
mutant(merged_case_keeps_its_people sync/office/facts.cpp
  "find_survivor(scope, merged_into).scope;"
  "scope;"
  "A duplicate case is merged, and the people of the surviving one do not receive it.")
mutant(old_notes_left_out sync/office/reach.cpp
  "return phase == (recent ? Phase::recent : Phase::rest);"
  "return recent && phase == Phase::recent;"
  "A case is handed over without its notes of more than 90 days ago.")
mutant(late_work_still_shown sync/device/derive.cpp
  "if (is_out_of_records(stored.state) || stored.change.parts.empty()) continue;"
  "if (stored.change.parts.empty()) continue;"
  "A device goes on showing as agreed what the office holds for a person to judge.")
mutant(segments_dissolved_by_half sync/device/outbox.cpp
  [==[      stored->state = ChangeState::unsent;
      store.put(*stored);
    }
    store.erase_waiting]==]
  [==[      store.put(*stored);
    }
    store.erase_waiting]==]
  "A device is granted other numbers, and its unsent work is in no segment and no outbox.")
mutant(acknowledged_before_commit sync/office/desk.cpp
  [==[  if (!taken) return taken.fault();
  act.commit();
  return std::vector<Message>{};]==]
  [==[  if (!taken) return taken.fault();
  try {
    act.commit();
  } catch (const Breakage&) {
  }
  return std::vector<Message>{};]==]
  "The disk of the office is full when a note is committed; the laptop is told that the office has it.")
