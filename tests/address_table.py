"""What each role of two organizations gets at each address: the expected answers, judged by hand.

A row names an address and, per method, the answer for everybody and the columns that differ.  A = BBPPKS V and the
units it trains; B = Dinas Sosial Banten, which must see nothing of A.
"""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS: dict[str, str] = {
    "anyone": "",
    "owner": "PDP-002",  # whose enrolment, attempt and certificate the addresses name
    "mate": "PDP-001",  # the same angkatan
    "trainer": "WID-01",
    "assessor": "ASE-01",
    "supervisor": "SUP-01",  # entrusted with owner and mate
    "pimpinan": "KEP-01",
    "sender": "KEP-02",  # pimpinan of the dinas that sent the owner
    "publisher": "TIM-01",
    "administrator": "ADM-01",
    "participant B": "PDP-101",
    "trainer B": "WID-11",
    "assessor B": "ASE-11",
    "supervisor B": "SUP-11",
    "pimpinan B": "KEP-11",
    "publisher B": "TIM-11",
    "administrator B": "ADM-11",
}


@dataclass(frozen=True)
class Row:
    name: str
    arguments: tuple[str, ...]
    get: str
    post: str

    def expected(self, method: str, column: str) -> int:
        """The status in a cell such as ``404 owner,mate=200 trainer=302``: the default first, then exceptions."""
        default, *exceptions = (self.get if method == "get" else self.post).split("|")
        for exception in exceptions:
            columns, status = exception.split("=")
            if column in [name.strip() for name in columns.split(",")]:
                return int(status)
        return int(default)


# Answers that many addresses share: the usual answer, then who gets another one.
SIGNED_IN = "200|anyone=302"
NEVER = "405|anyone=302"  # the method does not exist here
NOBODY = "404|anyone=302"
RESETS = "404|trainer, administrator=200|anyone=302"
A_RUNS = "404|trainer, administrator=200|anyone=302|assessor, pimpinan, publisher=403"
A_RUNS_POST = "404|anyone, trainer, administrator=302|assessor, pimpinan, publisher=403"
A_LOOKS = "404|trainer, assessor, pimpinan, publisher, administrator=200|anyone=302"
HEADS = "404|pimpinan, sender, administrator, pimpinan B, administrator B=200|anyone=302"
# The holder, and those of A who answer for the holder; nobody of B, and no fellow participant.
PAPER = "404|owner, trainer, assessor, supervisor, pimpinan, sender, publisher, administrator=200|anyone=302"

A_HEADS = "404|pimpinan, administrator=200|anyone=302"
# Earlier papers: entered by trainers and administrators.
ENTERS_PAPERS = "404|trainer, administrator, trainer B, administrator B=400|anyone=302"
A_ENTERS = "404|trainer, administrator=200|anyone=302"

# The people of an angkatan, for whoever oversees it.
A_OVERSEES = "404|trainer, assessor, pimpinan, publisher, administrator=200|anyone=302"
OVERSEER_IS_TOLD = "404|anyone, trainer, assessor, pimpinan, publisher, administrator=302"

# The question bank.
BANKS = "404|trainer, publisher, administrator, trainer B, publisher B, administrator B=200|anyone=302"
A_WRITES = "404|trainer, publisher, administrator=200|anyone=302"
PUBLISHES = "404|publisher, administrator=200|anyone=302"
A_WRITES_POST = "404|anyone, trainer, publisher, administrator=302"

TABLE: tuple[Row, ...] = (
    Row("accounts:redeem", (), "200", "200"),
    Row("accounts:redeem_password", (), "302", "302"),
    # Through the angkatan in which the person has finished a module; for who recorded a phone there is a sentence.
    Row("accounts:issue_code", ("person",), RESETS, RESETS),
    Row("accounts:record_phone", ("person",), NEVER, RESETS),
    Row("accounts:profile", (), SIGNED_IN, NEVER),
    Row("accounts:password", (), SIGNED_IN, SIGNED_IN),
    Row("accounts:privacy", (), SIGNED_IN, "302"),
    Row("accounts:my_data", (), SIGNED_IN, NEVER),
    Row("accounts:end_sessions", (), NEVER, "302"),
    Row("accounts:listed_email", (), NEVER, "302"),
    Row("accounts:not_me", (), NEVER, "302"),
    Row("accounts:name", (), SIGNED_IN, SIGNED_IN),
    Row("accounts:name_later", (), NEVER, "302"),
    Row("accounts:propose_name", (), SIGNED_IN, SIGNED_IN),
    Row("accounts:corrections", (), SIGNED_IN, NEVER),
    Row("assessments:assess", (), "403|assessor, assessor B=200|anyone=302", NEVER),
    Row("certificates:verify", (), "200", "405"),
    Row("certificates:verify_number", (), "405", "400"),
    Row("certificates:verify_file", (), "405", "400"),
    Row("certificates:mine", (), SIGNED_IN, NEVER),
    Row("certificates:awards", (), HEADS, NEVER),
    Row(
        "certificates:approve",
        (),
        NEVER,
        "404|anyone, pimpinan, sender, administrator, pimpinan B, administrator B=302",
    ),
    Row("certificates:replacements", (), HEADS.replace("404|", "404|trainer, trainer B, ", 1), NEVER),
    Row(
        "certificates:team",
        (),
        "404|supervisor, pimpinan, sender, administrator, supervisor B, pimpinan B, administrator B=200|anyone=302",
        NEVER,
    ),
    Row(
        "certificates:team_sheet",
        (),
        "404|supervisor, pimpinan, sender, administrator, supervisor B, pimpinan B, administrator B=200|anyone=302",
        NEVER,
    ),
    Row("certificates:check_list", (), HEADS, HEADS),
    Row("certificates:checked_list", ("checked",), A_HEADS, NEVER),
    Row("certificates:checked_list_go_on", ("checked",), NEVER, "404|anyone, pimpinan, administrator=302"),
    Row("certificates:checked_list_file", ("checked", "sheet"), A_HEADS, NEVER),
    Row("certificates:recorded", ("paper",), "200", "405"),
    Row(
        "certificates:recorded_papers",
        (),
        "404|trainer, pimpinan, sender, administrator, trainer B, pimpinan B, administrator B=200|anyone=302",
        NEVER,
    ),
    Row("certificates:recorded_enter", (), NEVER, ENTERS_PAPERS),
    Row("certificates:recorded_list", (), NEVER, ENTERS_PAPERS),
    Row("certificates:recorded_batch", ("entered",), "404|trainer, pimpinan, administrator=200|anyone=302", NEVER),
    Row("certificates:recorded_agree", ("entered",), NEVER, "404|anyone, trainer, pimpinan, administrator=302"),
    Row("certificates:recorded_decline", ("entered",), NEVER, "404|anyone, trainer, pimpinan, administrator=302"),
    Row("certificates:recorded_correct", ("paper",), A_ENTERS, A_ENTERS),
    Row("certificates:recorded_scan", ("paper",), "404|trainer, pimpinan, administrator=200|anyone=302", NEVER),
    Row("certificates:did", (), "200", "405"),
    Row("certificates:jwks", (), "200", "405"),
    Row("certificates:key_register", (), "200", "405"),
    Row("certificates:key_chain", (), "200", "405"),
    Row("certificates:trust_bundle", (), "200", "405"),
    Row("certificates:offline", (), "200", "405"),
    Row("certificates:offline_shell", (), "200", "405"),
    Row("certificates:offline_verifier", ("bundle",), "200", "405"),
    # Nothing is numbered in the demonstration before a worker runs; tests/certificates/test_log_serving.py has both.
    Row("certificates:log_checkpoint", (), "404", "405"),
    Row("certificates:log_tile", ("tile",), "404", "405"),
    Row("cms:style", (), "200", "405"),
    Row("cms:regulations", (), "200", "405"),
    Row("cms:notices", (), SIGNED_IN, NEVER),
    Row("cms:read_all_notices", (), NEVER, "302"),
    Row("cms:open_notice", ("notice",), NEVER, "404|anyone, owner=302"),
    Row("cms:dismiss_notice", ("notice",), NEVER, "404|anyone, owner=302"),
    Row("cms:bring_back_notice", ("notice",), NEVER, "404|anyone, owner=302"),
    Row("cms:copies", (), "403|trainer, administrator, trainer B, administrator B=200|anyone=302", NEVER),
    Row("cms:mark_copy", ("notice",), NEVER, "404|anyone, trainer, administrator=302"),
    Row("cms:unmark_copy", ("notice",), NEVER, "404|anyone, trainer, administrator=302"),
    Row("cms:wishes", (), SIGNED_IN, "200|anyone=302"),
    Row("cms:add_device", (), NEVER, "400|anyone=302"),
    Row("cms:end_device", ("device",), NEVER, "404|anyone, owner=302"),
    Row("cms:service_worker", (), "200", "405"),
    Row("cms:unsubscribe", ("stop",), "200", "200"),
    Row("courses:learn", (), SIGNED_IN, NEVER),
    Row("courses:cohorts", (), SIGNED_IN, NEVER),
    Row(
        "courses:create",
        (),
        "403|trainer, administrator, trainer B, administrator B=200|anyone=302",
        "403|trainer, administrator, trainer B, administrator B=200|anyone=302",
    ),
    Row("courses:waves", (), SIGNED_IN, NEVER),
    Row(
        "courses:wave_create",
        (),
        "403|trainer, administrator, trainer B, administrator B=200|anyone=302",
        "403|trainer, administrator, trainer B, administrator B=200|anyone=302",
    ),
    Row("healthz", (), "200", "405"),
    Row("readyz", (), "200", "405"),
    Row("metrics", (), "404", "405"),
    Row("start", (), "302", NEVER),
    Row("accounts:approve_name", ("correction",), NEVER, "404|anyone, trainer, administrator=302"),
    Row("accounts:refuse_name", ("correction",), NEVER, "404|anyone, trainer, administrator=302"),
    # A post-test begins with a declaration: without its tick the page comes again and says so.
    Row("assessments:start", ("enrolment", "quiz"), "404|owner=200|anyone=302", "404|owner=200|anyone=302"),
    Row(
        "assessments:grant",
        ("enrolment", "quiz"),
        "404|trainer, administrator=200|anyone=302",
        "404|trainer, administrator=200|anyone=302",
    ),
    Row("assessments:signals", ("cohort",), "404|trainer, assessor, administrator=200|anyone=302", NEVER),
    Row("assessments:accommodations", ("cohort",), RESETS, RESETS),
    Row("assessments:accommodate", ("enrolment",), RESETS, RESETS),
    Row(
        "assessments:honesty",
        (),
        "404|publisher, administrator, publisher B, administrator B=200|anyone=302",
        NEVER,
    ),
    Row("assessments:honesty_statement", ("house",), PUBLISHES, PUBLISHES),
    Row("assessments:end_accommodation", ("accommodation",), RESETS, RESETS),
    # The figures tell the key, so they are for who writes the bank; the workbook comes once the task has computed them.
    Row(
        "assessments:items",
        ("quiz",),
        "404|trainer, publisher, administrator=200|anyone=302",
        "404|anyone, trainer, publisher, administrator=302",
    ),
    Row("assessments:items_xlsx", ("quiz",), "404|anyone=302", NEVER),
    # A correction tells the key, so it is for who writes the bank; certificates it touches for who answers for them.
    Row("assessments:corrections", (), BANKS, NEVER),
    Row("assessments:touched", (), HEADS, NOBODY),
    Row("assessments:correct_question", ("series",), A_WRITES, A_WRITES),
    Row("assessments:correct_pass_mark", ("quiz",), A_WRITES, A_WRITES),
    Row("assessments:correction", ("mark_correction",), A_WRITES, NEVER),
    Row("assessments:correction_xlsx", ("mark_correction",), A_WRITES, NEVER),
    Row("assessments:decide_correction", ("mark_correction", "act"), A_WRITES, A_WRITES_POST),
    Row("assessments:attempt", ("attempt",), "404|anyone, owner=302", NEVER),
    Row("assessments:save", ("attempt",), "405", "403"),
    Row("assessments:no_network", (), "200", "405"),
    Row("assessments:submit", ("attempt",), "404|anyone, owner=302", "404|anyone, owner=302"),
    Row(
        "assessments:timeline",
        ("attempt",),
        "404|owner, trainer, assessor, administrator=200|anyone=302",
        NEVER,
    ),
    Row(
        "assessments:decide_late",
        ("attempt",),
        "404|trainer, assessor, administrator=200|anyone=302",
        "404|trainer, assessor, administrator=200|anyone=302",
    ),
    Row("assessments:result", ("attempt",), "404|owner=200|anyone=302", NEVER),
    Row("assessments:image", ("attempt", "media"), NOBODY, NEVER),
    Row("assessments:recommend", ("enrolment", "unit"), NOBODY, NOBODY),
    Row("assessments:assignment", ("enrolment", "task"), "404|owner=200|anyone=302", "404|owner=200|anyone=302"),
    Row("assessments:assignment_draft", ("enrolment", "task"), NEVER, "404|owner=400|anyone=302"),
    # The owner's was accepted: nothing is left to take back or to remove.
    Row("assessments:take_back", ("enrolment", "task"), "404|anyone, owner=302", "404|anyone, owner=302"),
    Row(
        "assessments:remove_work_file",
        ("enrolment", "task", "handed_in_file"),
        "404|anyone, owner=302",
        "404|anyone, owner=302",
    ),
    # The mate's file: for the mate and for whoever marks.
    Row("assessments:work_file", ("handed_in_file",), "404|mate, trainer, administrator=200|anyone=302", NEVER),
    Row("assessments:evidence_overview", ("enrolment",), "404|owner=200|anyone=302", NEVER),
    # The mate's, which waits for the supervisor: the mate is led to the own page; no trainer, no assessor yet.
    Row(
        "assessments:evidence",
        ("evidence",),
        "404|supervisor=200|anyone, mate=302",
        "404|supervisor=200|anyone, mate=302",
    ),
    Row("assessments:download_evidence", ("evidence",), "404|mate, supervisor=200|anyone=302", NEVER),
    Row("assessments:evidence_queue", (), "404|supervisor, supervisor B=200|anyone=302", NEVER),
    Row(
        "assessments:late_answers",
        ("cohort",),
        "404|trainer, assessor, administrator=200|anyone=302",
        "404|trainer, assessor, administrator=200|anyone=302",
    ),
    # Assessors mark without names; who runs the angkatan releases.  In the demonstration nothing is marked to the end.
    Row(
        "assessments:answers",
        (),
        "403|assessor, assessor B=200|anyone=302",
        "403|anyone, assessor, assessor B=302",
    ),
    Row("assessments:mark_answer", ("answer",), "404|assessor=200|anyone=302", "404|anyone, assessor=302"),
    Row("assessments:give_back_answer", ("answer",), NEVER, "404|anyone, assessor=302"),
    Row("assessments:answer_image", ("answer", "media"), NOBODY, NEVER),
    Row("assessments:releases", ("cohort",), A_RUNS, NEVER),
    Row("assessments:release", ("cohort", "quiz"), A_RUNS, A_RUNS),
    # Posted without the quiz that the code is for.
    Row("assessments:access_codes", ("cohort",), "404|trainer, administrator=200|anyone=302", "404|anyone=302"),
    Row("assessments:queue", ("cohort",), A_RUNS, NEVER),
    Row("assessments:assignment_terms", ("cohort", "task"), A_RUNS, A_RUNS_POST),
    Row("assessments:download_works", ("cohort", "task"), A_RUNS, NEVER),
    Row("assessments:mark_work", ("cohort", "handed_in"), A_RUNS, A_RUNS),
    Row("assessments:download_work", ("cohort", "handed_in"), A_RUNS, NEVER),
    Row("certificates:show", ("code",), "200", "405"),
    Row("certificates:proof", ("code",), "200", "405"),
    Row("certificates:status_list", ("status_list", "purpose"), "200", "405"),
    Row("certificates:register", (), HEADS, NEVER),
    # Nothing waits for a signatory in the demonstration; tests/certificates/test_sign_queue.py has files that do.
    Row("certificates:sign_queue", (), HEADS, NEVER),
    Row(
        "certificates:sign_fetch",
        (),
        NEVER,
        "404|anyone, pimpinan, sender, administrator, pimpinan B, administrator B=302",
    ),
    Row("certificates:sign_bring", (), NEVER, HEADS.replace("=200", "=400")),
    Row("certificates:sign_with_bsre", (), HEADS, HEADS),
    Row("certificates:sign_fetch_one", ("award",), NEVER, NOBODY),
    Row("certificates:sign_again", ("award",), NEVER, NOBODY),
    Row(
        "certificates:manage",
        ("certificate",),
        "404|pimpinan, sender, administrator=200|anyone=302",
        NEVER,
    ),
    # Posted without a reason, which is asked for again.
    Row(
        "certificates:manage_step",
        ("certificate", "step"),
        "404|administrator=200|anyone=302",
        "404|administrator=200|anyone=302",
    ),
    # The administrator asked, so the head of the same house answers.
    Row(
        "certificates:answer_revocation",
        ("revocation",),
        "404|pimpinan=200|anyone=302",
        "404|pimpinan=200|anyone=302",
    ),
    Row(
        "certificates:decide",
        ("award",),
        "404|pimpinan, administrator=200|anyone=302",
        "404|pimpinan, administrator=200|anyone=302",
    ),
    # Nothing is held up by its number in the demonstration; tests/certificates/test_renumbering.py has one that is.
    Row("certificates:renumber", ("award",), NOBODY, NOBODY),
    Row("certificates:agree_replacement", ("asked",), NEVER, "404|anyone, pimpinan, administrator=302"),
    Row("certificates:decline_replacement", ("asked",), NEVER, "404|anyone, pimpinan, administrator=302"),
    Row(
        "certificates:download",
        ("certificate",),
        PAPER,
        NEVER,
    ),
    Row(
        "certificates:picture",
        ("certificate",),
        PAPER,
        NEVER,
    ),
    Row(
        "certificates:credential",
        ("certificate",),
        PAPER,
        NEVER,
    ),
    Row(
        "certificates:credential_jwt",
        ("certificate",),
        PAPER,
        NEVER,
    ),
    Row(
        "certificates:badge",
        ("certificate",),
        PAPER,
        NEVER,
    ),
    Row(
        "certificates:badge_svg",
        ("certificate",),
        PAPER,
        NEVER,
    ),
    Row(
        "certificates:request_replacement",
        ("certificate",),
        "404|owner, trainer, administrator=200|anyone=302",
        "404|owner, trainer, administrator=200|anyone=302",
    ),
    Row(
        "certificates:request_duplicate",
        ("certificate",),
        "404|owner, trainer, administrator=200|anyone=302",
        "404|owner, trainer, administrator=200|anyone=302",
    ),
    # A scan is for whoever sent it in and whoever may decide: not even for the holder when somebody else asked.
    Row("certificates:evidence", ("scan",), "404|trainer, pimpinan, administrator=200|anyone=302", NEVER),
    Row("certificates:angkatan", ("cohort",), A_OVERSEES, NEVER),
    # Whoever oversees the angkatan without the right to pause is told so on the page.
    Row("certificates:pause", ("cohort", "rule"), NEVER, OVERSEER_IS_TOLD),
    Row("certificates:resume", ("cohort", "rule"), NEVER, OVERSEER_IS_TOLD),
    Row(
        "certificates:graduate",
        ("cohort", "rule"),
        "404|pimpinan, administrator=200|anyone=302",
        "404|pimpinan, administrator=400|anyone=302",
    ),
    Row("certificates:graduations", (), SIGNED_IN, NEVER),
    Row("certificates:graduation", ("protocol",), A_OVERSEES, NEVER),
    Row("certificates:graduation_paper", ("protocol",), A_OVERSEES, NEVER),
    Row("cms:regulation", ("regulation",), "200", "405"),
    Row("cms:rendition", ("image",), "404", "405"),
    Row("courses:media", ("media",), NOBODY, NEVER),
    Row("courses:join", ("cohort",), "404|anyone, owner, mate=302", "404|anyone, owner, mate=302"),
    Row(
        "courses:cohort_home",
        ("cohort",),
        "404|owner, mate=200|anyone, trainer, assessor, pimpinan, publisher, administrator=302",
        NEVER,
    ),
    Row(
        "courses:cohort", ("cohort",), "404|trainer, assessor, pimpinan, publisher, administrator=200|anyone=302", NEVER
    ),
    Row("courses:sheet", ("cohort",), A_OVERSEES, NEVER),
    Row("courses:bulk", ("cohort",), A_RUNS, A_RUNS_POST),
    Row("courses:bulk_done", ("cohort", "action"), A_RUNS, NEVER),
    Row("courses:bulk_undo", ("cohort", "action"), NEVER, A_RUNS_POST),
    Row("courses:reports", ("cohort",), A_OVERSEES, A_RUNS),
    Row(
        "courses:evaluation",
        ("cohort",),
        "404|owner, mate=200|anyone, trainer, assessor, pimpinan, publisher, administrator=302",
        "404|owner, mate=200|anyone, trainer, assessor, pimpinan, publisher, administrator=302",
    ),
    Row("courses:evaluation_results", ("cohort",), A_OVERSEES, NEVER),
    Row("courses:evaluation_workbook", ("cohort",), A_OVERSEES, NEVER),
    Row("courses:report_pdf", ("cohort", "closing"), A_OVERSEES, NEVER),
    Row("courses:report_xlsx", ("cohort", "closing"), A_OVERSEES, NEVER),
    Row("courses:report_again", ("cohort", "closing"), NEVER, A_RUNS_POST),
    Row("courses:teaching", (), "302", NEVER),
    Row("courses:teaching_year", ("year",), SIGNED_IN, NEVER),
    Row("courses:teaching_pdf", ("year",), SIGNED_IN, NEVER),
    Row("courses:teaching_of", ("year", "teacher"), "404|trainer, pimpinan, administrator=200|anyone=302", NEVER),
    Row("courses:teaching_of_pdf", ("year", "teacher"), "404|trainer, pimpinan, administrator=200|anyone=302", NEVER),
    Row("assessments:comparison", ("cohort",), A_OVERSEES, NEVER),
    Row("courses:open", ("cohort",), A_RUNS, A_RUNS_POST),
    Row("courses:change", ("cohort",), A_RUNS, A_RUNS),
    Row(
        "courses:errata",
        ("cohort",),
        "404|trainer, assessor, pimpinan, publisher, administrator=200|anyone=302",
        "404|trainer, publisher, administrator=200|anyone=302|assessor, pimpinan=403",
    ),
    Row(
        "courses:erratum_decide",
        ("cohort", "proposal"),
        NEVER,
        "404|anyone, trainer, publisher, administrator=302",
    ),
    Row("courses:join_withdraw", ("cohort",), NEVER, NOBODY),
    Row("courses:requests", ("cohort",), A_RUNS, A_RUNS_POST),
    Row("courses:move", ("cohort",), A_RUNS, A_RUNS_POST),
    Row("courses:move_undo", ("cohort",), NEVER, A_RUNS_POST),
    Row("courses:copy", ("cohort",), A_RUNS, A_RUNS),
    Row(
        "courses:wave",
        ("listed_wave",),
        "404|trainer, assessor, pimpinan, publisher, administrator=200|anyone=302",
        NEVER,
    ),
    Row("courses:wave_deal", ("listed_wave",), A_RUNS, A_RUNS),
    Row("courses:wave_take_back", ("listed_wave",), NEVER, A_RUNS_POST),
    Row("courses:wave_trainers", ("listed_wave",), A_RUNS, A_RUNS_POST),
    Row("courses:wave_open", ("listed_wave",), A_RUNS, A_RUNS_POST),
    Row("courses:wave_close", ("listed_wave",), A_RUNS, A_RUNS_POST),
    Row("courses:close", ("cohort",), A_RUNS, A_RUNS_POST),
    Row("courses:trainers", ("cohort",), A_RUNS, A_RUNS_POST),
    Row("courses:people", ("cohort",), A_RUNS, A_RUNS),
    Row("courses:lists", ("cohort",), A_RUNS, A_RUNS),
    Row("courses:list_template", ("cohort",), A_RUNS, NEVER),
    Row("courses:list", ("cohort", "list"), A_RUNS, NEVER),
    Row("courses:list_columns", ("cohort", "list"), A_RUNS, A_RUNS),
    Row("courses:list_take", ("cohort", "list"), NEVER, A_RUNS_POST),
    Row("courses:list_undo", ("cohort", "list"), A_RUNS_POST, A_RUNS_POST),
    Row("courses:list_discard", ("cohort", "list"), NEVER, A_RUNS_POST),
    Row("courses:list_refused", ("cohort", "list"), A_RUNS, NEVER),
    Row("courses:wave_lists", ("listed_wave",), A_RUNS, A_RUNS),
    Row("courses:wave_list_template", ("listed_wave",), A_RUNS, NEVER),
    Row("courses:wave_list", ("listed_wave", "wave_list"), A_RUNS, NEVER),
    Row("courses:wave_list_columns", ("listed_wave", "wave_list"), A_RUNS, A_RUNS),
    Row("courses:wave_list_take", ("listed_wave", "wave_list"), NEVER, A_RUNS_POST),
    Row("courses:wave_list_undo", ("listed_wave", "wave_list"), A_RUNS_POST, A_RUNS_POST),
    Row("courses:wave_list_discard", ("listed_wave", "wave_list"), NEVER, A_RUNS_POST),
    Row("courses:wave_list_refused", ("listed_wave", "wave_list"), A_RUNS, NEVER),
    Row("courses:codes", ("cohort",), A_RUNS, A_RUNS_POST),
    Row("courses:phones", ("cohort",), NEVER, A_RUNS_POST),
    Row(
        "courses:module",
        ("cohort", "module"),
        "404|owner, mate, trainer, assessor, pimpinan, publisher, administrator=200|anyone=302",
        NEVER,
    ),
    Row("courses:mark_read", ("cohort", "module"), NEVER, "404|anyone, owner, mate=302"),
    Row(
        "courses:person",
        ("cohort", "enrolment"),
        "404|trainer, assessor, pimpinan, publisher, administrator=200|anyone=302",
        NEVER,
    ),
    Row("courses:drop", ("cohort", "enrolment"), NEVER, A_RUNS_POST),
    Row("courses:readmit", ("cohort", "enrolment"), NEVER, A_RUNS_POST),
    Row("courses:sessions", ("cohort",), A_LOOKS, NEVER),
    Row("courses:session_create", ("cohort",), A_RUNS, A_RUNS),
    Row("courses:cohort_calendar", ("cohort",), A_RUNS, A_RUNS),
    Row("courses:person_jp", ("cohort", "enrolment", "year"), A_LOOKS, NEVER),
    Row("courses:my_sessions", (), SIGNED_IN, NEVER),
    Row(
        "courses:session",
        ("session",),
        "404|owner, mate=200|anyone, trainer, assessor, pimpinan, publisher, administrator=302",
        NEVER,
    ),
    # Tomorrow's session: the link leads back to its page for everybody who may see it.
    Row(
        "courses:session_join",
        ("session",),
        "404|anyone, owner, mate, trainer, assessor, pimpinan, publisher, administrator=302",
        NEVER,
    ),
    Row("courses:session_present", ("session",), NEVER, "404|anyone, owner, mate=302"),
    Row("courses:session_claim", ("session",), NEVER, "404|anyone, owner, mate=302"),
    Row("courses:session_object", ("session",), NEVER, "404|anyone, owner, mate=302"),
    Row("courses:session_change", ("session",), A_RUNS, A_RUNS),
    Row("courses:session_cancel", ("session",), A_RUNS, A_RUNS),
    Row("courses:session_restore", ("session",), NEVER, A_RUNS_POST),
    Row("courses:session_code", ("session",), A_RUNS, A_RUNS),
    Row("courses:attendance", ("past",), A_LOOKS, A_RUNS_POST),
    Row("courses:attendance_person", ("past", "enrolment"), A_LOOKS, NEVER),
    Row("courses:attendance_decide", ("past", "enrolment"), NEVER, A_RUNS_POST),
    Row("courses:claim_decide", ("past", "claimed"), NEVER, A_RUNS_POST),
    Row("courses:objection_answer", ("past", "objection"), NEVER, A_RUNS_POST),
    Row("courses:session_reports", ("past",), A_RUNS, A_RUNS),
    Row("courses:session_report", ("past", "report"), A_RUNS, A_RUNS_POST),
    Row("courses:report_withdraw", ("past", "report"), NEVER, A_RUNS_POST),
    Row("courses:calendar", (), SIGNED_IN, SIGNED_IN),
    Row("courses:calendar_feed", ("token",), "200", "405"),
    Row("courses:jp_now", (), "302", NEVER),
    Row("courses:jp", ("year",), SIGNED_IN, NEVER),
)
