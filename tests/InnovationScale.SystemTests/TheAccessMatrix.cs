using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using InnovationScale.Committees;
using InnovationScale.Community;
using InnovationScale.Enquiry;
using InnovationScale.Grants;
using InnovationScale.People;
using InnovationScale.Pilots;
using InnovationScale.ScaleUp;
using InnovationScale.Storage;
using InnovationScale.Trials;
using Microsoft.Extensions.DependencyInjection;

namespace InnovationScale;

/// <summary>
/// Every operation of the API asked by every role in every relation to the record, and by a visitor: who is let through and who is not is what the access
/// table says, read here without the code that reads it there. An operation without a row fails.
/// </summary>
public sealed partial class TheAccessMatrix(DryServer server) : IClassFixture<DryServer>
{
    /// <summary>The row of the access table that each operation stands under.</summary>
    private static readonly Dictionary<string, string> Rows = new(StringComparer.Ordinal)
    {
        ["GET /health"] = Anyone,
        ["POST /api/v1/networks/{network}/schools"] = OfTheNetwork,
        ["POST /api/v1/schools/{id}/confirmations"] = "confirm-school",
        ["GET /api/v1/schools"] = "list-schools",
        ["POST /api/v1/schools"] = "register-school",
        ["GET /api/v1/schools/{id}"] = "read-school",
        ["PUT /api/v1/schools/{id}/context"] = "describe-school-context",
        ["GET /api/v1/people"] = "list-people",
        ["POST /api/v1/people"] = "register-person",
        ["POST /api/v1/people/{id}/erasure"] = Own,
        ["POST /api/v1/people/{id}/erasure-proposal"] = "propose-erasure",
        ["DELETE /api/v1/people/{id}/erasure-proposal"] = "withdraw-erasure",
        ["POST /api/v1/people/{id}/erasure-confirmation"] = "confirm-erasure",
        ["GET /api/v1/inbox"] = Own,
        ["GET /api/v1/tokens"] = Own,
        ["POST /api/v1/tokens"] = Own,
        ["DELETE /api/v1/tokens/{id}"] = Own,
        ["GET /api/v1/search"] = "search",
        ["GET /api/v1/saved-views"] = "read-saved-views",
        ["PUT /api/v1/saved-views/{name}"] = "save-view",
        ["DELETE /api/v1/saved-views/{name}"] = "forget-view",
        ["GET /api/v1/pilots"] = "list-pilots",
        ["POST /api/v1/pilots"] = "start-pilot",
        ["GET /api/v1/pilots/{id}"] = "read-pilot",
        ["PATCH /api/v1/pilots/{id}"] = "describe-pilot",
        ["GET /api/v1/pilots/{id}/timeline"] = "read-pilot",
        ["GET /api/v1/pilots/{id}/comments"] = "list-comments",
        ["POST /api/v1/pilots/{id}/comments"] = "write-comment",
        ["DELETE /api/v1/pilots/{id}/comments/{comment}"] = "withdraw-comment",
        ["PUT /api/v1/pilots/{id}/second-adult"] = "name-second-adult",
        ["PUT /api/v1/pilots/{id}/head"] = "tell-head",
        ["PUT /api/v1/pilots/{id}/routine-practice"] = "answer-routine-practice",
        ["PUT /api/v1/pilots/{id}/teaching"] = "describe-teaching",
        ["PUT /api/v1/pilots/{id}/context"] = "describe-pilot-context",
        ["PUT /api/v1/pilots/{id}/enquiry-plan"] = "plan-enquiry",
        ["PUT /api/v1/pilots/{id}/consent-basis"] = "state-consent-basis",
        ["PUT /api/v1/pilots/{id}/core-components"] = "accept-core-components",
        ["PUT /api/v1/pilots/{id}/innovation"] = "choose-innovation",
        ["PUT /api/v1/pilots/{id}/lessons"] = "write-lessons",
        ["PUT /api/v1/pilots/{id}/what-changed"] = "say-what-changed",
        ["POST /api/v1/pilots/{id}/team-members"] = "join-team",
        ["POST /api/v1/pilots/{id}/team-links"] = "invite-colleague",
        ["POST /api/v1/pilots/{id}/team-links/{key}"] = Own,
        ["DELETE /api/v1/pilots/{id}/team-members/{member}"] = "leave-team",
        ["POST /api/v1/pilots/{id}/ethics-requests"] = "request-ethics",
        ["POST /api/v1/pilots/{id}/ethics-decisions"] = "decide-ethics",
        ["POST /api/v1/pilots/{id}/confirmations"] = "confirm-pilot",
        ["POST /api/v1/pilots/{id}/pauses"] = "pause-pilot",
        ["POST /api/v1/pilots/{id}/resumptions"] = "resume-pilot",
        ["POST /api/v1/pilots/{id}/preset-changes"] = "change-preset",
        ["POST /api/v1/pilots/{id}/moves"] = "move-pilot",
        ["POST /api/v1/pilots/{id}/incidents"] = "raise-incident",
        ["GET /api/v1/pilots/{id}/cycles"] = "list-cycles",
        ["POST /api/v1/pilots/{id}/cycles"] = "plan-cycle",
        ["GET /api/v1/cycles/{id}"] = "read-cycle",
        ["PUT /api/v1/cycles/{id}/plan"] = "revise-plan",
        ["POST /api/v1/cycles/{id}/starts"] = "start-doing",
        ["POST /api/v1/cycles/{id}/points"] = "record-point",
        ["POST /api/v1/cycles/{id}/points/{point}/corrections"] = "correct-point",
        ["POST /api/v1/cycles/{id}/points/{point}/voids"] = "void-point",
        ["POST /api/v1/cycles/{id}/studies"] = "study-cycle",
        ["POST /api/v1/cycles/{id}/comparisons"] = "compare-with-prediction",
        ["POST /api/v1/cycles/{id}/closures"] = "close-cycle",
        ["POST /api/v1/cycles/{id}/cancellations"] = "cancel-cycle",
        ["GET /api/v1/incidents"] = "list-incidents",
        ["GET /api/v1/incidents/{id}"] = "read-incident",
        ["POST /api/v1/incidents/{id}/additions"] = "add-to-incident",
        ["POST /api/v1/incidents/{id}/gradings"] = "regrade-incident",
        ["POST /api/v1/incidents/{id}/resolutions"] = "resolve-incident",
        ["GET /api/v1/trials"] = "list-trials",
        ["POST /api/v1/trials"] = "draft-trial",
        ["GET /api/v1/trials/{id}"] = "read-trial",
        ["GET /api/v1/trials/{id}/timeline"] = "read-trial",
        ["PUT /api/v1/trials/{id}/plan"] = "revise-trial",
        ["POST /api/v1/trials/{id}/amendments"] = "amend-trial",
        ["POST /api/v1/trials/{id}/submissions"] = "submit-trial",
        ["POST /api/v1/trials/{id}/returns"] = "return-trial",
        ["POST /api/v1/trials/{id}/registrations"] = "register-trial",
        ["POST /api/v1/trials/{id}/recruitment"] = "start-recruiting",
        ["POST /api/v1/trials/{id}/fieldwork"] = "start-fieldwork",
        ["POST /api/v1/trials/{id}/lock-proposals"] = "propose-lock",
        ["POST /api/v1/trials/{id}/locks"] = "confirm-lock",
        ["POST /api/v1/trials/{id}/unlock-proposals"] = "propose-unlock",
        ["POST /api/v1/trials/{id}/unlocks"] = "confirm-unlock",
        ["POST /api/v1/trials/{id}/stops"] = "stop-trial",
        ["POST /api/v1/trials/{id}/withdrawals"] = "withdraw-trial",
        ["POST /api/v1/trials/{id}/reports"] = "report-trial",
        ["POST /api/v1/trials/{id}/deviations"] = "report-deviation",
        ["POST /api/v1/trials/{id}/lots"] = "draw-lots",
        ["POST /api/v1/trials/{id}/sites"] = "add-site",
        ["POST /api/v1/trials/{id}/sites/{school}/departures"] = "site-leaves",
        ["GET /api/v1/trials/{id}/cells"] = "read-cells",
        ["POST /api/v1/trials/{id}/cells"] = "record-cell",
        ["POST /api/v1/trials/{id}/cells/verifications"] = "verify-cells",
        ["POST /api/v1/trials/{id}/cells/corrections"] = "correct-cell",
        ["POST /api/v1/trials/{id}/cells/voids"] = "void-cell",
        ["GET /api/v1/trials/{id}/upload-plan"] = "import-cells",
        ["POST /api/v1/trials/{id}/uploads"] = "import-cells",
        ["POST /api/v1/trials/{id}/batches/{batch}/verifications"] = "verify-batch",
        ["POST /api/v1/trials/{id}/batches/{batch}/reverts"] = "revert-batch",
        ["POST /api/v1/trials/{id}/costs"] = "tell-costs",
        ["POST /api/v1/trials/{id}/doses"] = "log-dose",
        ["POST /api/v1/trials/{id}/unwanted-effects"] = "tell-unwanted",
        ["POST /api/v1/trials/{id}/gaps"] = "explain-missing",
        ["GET /api/v1/evaluations"] = "list-evaluations",
        ["POST /api/v1/evaluations"] = "compute-evaluation",
        ["GET /api/v1/evaluations/{id}"] = "read-evaluation",
        ["POST /api/v1/evaluations/{id}/submissions"] = "submit-evaluation",
        ["POST /api/v1/evaluations/{id}/returns"] = "return-evaluation",
        ["POST /api/v1/evaluations/{id}/signatures"] = "sign-evaluation",
        ["POST /api/v1/evaluations/{id}/publications"] = "publish-evaluation",
        ["POST /api/v1/evaluations/{id}/retractions"] = "retract-evaluation",
        ["GET /api/v1/innovations"] = "list-innovations",
        ["POST /api/v1/innovations"] = "register-innovation",
        ["GET /api/v1/innovations/{id}"] = "read-innovation",
        ["GET /api/v1/innovations/{id}/versions/{version}/evidence"] = "read-innovation",
        ["GET /api/v1/innovations/{id}/versions/{version}/target-school"] = "read-innovation",
        ["GET /api/v1/innovations/{id}/versions/{version}/dossier"] = "read-innovation",
        ["PUT /api/v1/innovations/{id}/description"] = "describe-innovation",
        ["POST /api/v1/innovations/{id}/adaptations"] = "propose-adaptation",
        ["POST /api/v1/innovations/{id}/adaptations/{adaptation}/agreements"] = "agree-adaptation",
        ["POST /api/v1/innovations/{id}/adaptations/{adaptation}/rejections"] = "reject-adaptation",
        ["POST /api/v1/innovations/{id}/adaptations/{adaptation}/fidelity-rulings"] = "rule-on-fidelity",
        ["POST /api/v1/innovations/{id}/adaptations/{adaptation}/enactments"] = "enact-adaptation",
        ["GET /api/v1/replications"] = "list-replications",
        ["POST /api/v1/replications"] = "propose-replication",
        ["GET /api/v1/replications/{id}"] = "read-replication",
        ["POST /api/v1/replications/{id}/agreements"] = "agree-replication",
        ["POST /api/v1/replications/{id}/assessments"] = "assess-replication",
        ["POST /api/v1/replications/{id}/abandonments"] = "abandon-replication",
        ["POST /api/v1/replications/{id}/trials"] = "link-trial",
        ["GET /api/v1/studies"] = "list-studies",
        ["POST /api/v1/studies"] = "describe-study",
        ["GET /api/v1/studies/{id}"] = "read-study",
        ["PUT /api/v1/studies/{id}/description"] = "describe-study",
        ["POST /api/v1/studies/{id}/uploads"] = "import-study-cells",
        ["POST /api/v1/studies/{id}/batches/{batch}/reverts"] = "revert-study-batch",
        ["POST /api/v1/studies/{id}/pool-decisions"] = "leave-out-of-pool",
        ["GET /api/v1/committees"] = "list-committees",
        ["POST /api/v1/committees"] = "found-committee",
        ["GET /api/v1/committees/{id}"] = "read-committee",
        ["PUT /api/v1/committees/{id}/rules"] = "change-rules",
        ["POST /api/v1/committees/{id}/seats"] = "seat-member",
        ["POST /api/v1/committees/{id}/seat-endings"] = "end-seat",
        ["PUT /api/v1/committees/{id}/weights"] = "weigh-candidates",
        ["GET /api/v1/committees/{id}/candidates"] = "read-committee",
        ["GET /api/v1/reviews"] = "list-reviews",
        ["POST /api/v1/reviews"] = "draft-case",
        ["GET /api/v1/reviews/{id}"] = "read-review",
        ["GET /api/v1/reviews/{id}/dossier"] = "read-review",
        ["PUT /api/v1/reviews/{id}/case"] = "describe-case",
        ["POST /api/v1/reviews/{id}/assessments"] = "assess-scalability",
        ["POST /api/v1/reviews/{id}/submissions"] = "submit-case",
        ["POST /api/v1/reviews/{id}/returns"] = "return-case",
        ["POST /api/v1/reviews/{id}/withdrawals"] = "withdraw-case",
        ["POST /api/v1/reviews/{id}/agendas"] = "table-case",
        ["POST /api/v1/reviews/{id}/deferrals"] = "defer-case",
        ["POST /api/v1/reviews/{id}/ties"] = "declare-tie",
        ["POST /api/v1/reviews/{id}/tie-rulings"] = "rule-on-tie",
        ["POST /api/v1/reviews/{id}/votings"] = "open-vote",
        ["POST /api/v1/reviews/{id}/presences"] = "note-presence",
        ["PUT /api/v1/reviews/{id}/votes/mine"] = "cast-vote",
        ["POST /api/v1/reviews/{id}/adjournments"] = "adjourn-vote",
        ["POST /api/v1/reviews/{id}/minutes"] = "add-minute",
        ["POST /api/v1/reviews/{id}/decisions"] = "decide-case",
        ["POST /api/v1/reviews/{id}/closures"] = "close-case",
        ["POST /api/v1/reviews/{id}/conditions/{condition}/reports"] = "tell-condition-met",
        ["POST /api/v1/reviews/{id}/conditions/{condition}/acceptances"] = "accept-condition",
        ["GET /api/v1/learning-questions"] = "list-learning-questions",
        ["POST /api/v1/learning-questions"] = "ask-question",
        ["GET /api/v1/learning-questions/{id}"] = "read-learning-question",
        ["POST /api/v1/learning-questions/{id}/links"] = "link-work",
        ["POST /api/v1/learning-questions/{id}/unlinkings"] = "unlink-work",
        ["POST /api/v1/learning-questions/{id}/answers"] = "answer-question",
        ["POST /api/v1/learning-questions/{id}/reopenings"] = "reopen-question",
        ["GET /api/v1/groups"] = "list-groups",
        ["POST /api/v1/groups"] = "propose-group",
        ["GET /api/v1/groups/{id}"] = "read-group",
        ["POST /api/v1/groups/{id}/members"] = "join-group",
        ["POST /api/v1/groups/{id}/departures"] = "leave-group",
        ["POST /api/v1/groups/{id}/starts"] = "start-group",
        ["POST /api/v1/groups/{id}/pilots"] = "add-pilot-to-group",
        ["POST /api/v1/groups/{id}/conclusions"] = "conclude-group",
        ["GET /api/v1/memberships"] = "list-memberships",
        ["POST /api/v1/memberships"] = "apply-for-membership",
        ["GET /api/v1/memberships/{id}"] = "read-membership",
        ["POST /api/v1/memberships/{id}/reviewers"] = "ask-membership-reviewer",
        ["POST /api/v1/memberships/{id}/reviewer-departures"] = "decline-to-review",
        ["POST /api/v1/memberships/{id}/reviews"] = "review-membership",
        ["POST /api/v1/memberships/{id}/questions"] = "ask-for-more",
        ["POST /api/v1/memberships/{id}/answers"] = "tell-more",
        ["POST /api/v1/memberships/{id}/settlements"] = "settle-membership",
        ["POST /api/v1/memberships/{id}/withdrawals"] = "withdraw-membership",
        ["POST /api/v1/memberships/{id}/suspensions"] = "suspend-membership",
        ["POST /api/v1/memberships/{id}/restorations"] = "restore-membership",
        ["POST /api/v1/memberships/{id}/endings"] = "end-membership",
        ["GET /api/v1/grant-calls"] = "list-grant-calls",
        ["POST /api/v1/grant-calls"] = "draft-call",
        ["GET /api/v1/grant-calls/{id}"] = "read-grant-call",
        ["PUT /api/v1/grant-calls/{id}"] = "revise-call",
        ["POST /api/v1/grant-calls/{id}/publications"] = "publish-call",
        ["POST /api/v1/grant-calls/{id}/envelopes"] = "set-envelope",
        ["POST /api/v1/grant-calls/{id}/awards"] = "award-application",
        ["POST /api/v1/grant-calls/{id}/decisions"] = "decide-call",
        ["POST /api/v1/grant-calls/{id}/archivings"] = "archive-call",
        ["POST /api/v1/grant-calls/{id}/cancellations"] = "cancel-call",
        ["GET /api/v1/grant-calls/{id}/applications"] = "list-grant-applications",
        ["GET /api/v1/grant-calls/{id}/reconciliation"] = "reconcile-grants",
        ["GET /api/v1/grant-applications"] = "list-grant-applications",
        ["POST /api/v1/grant-applications"] = "draft-application",
        ["GET /api/v1/grant-applications/{id}"] = "read-grant-application",
        ["GET /api/v1/grant-applications/{id}/review"] = "review-application",
        ["PUT /api/v1/grant-applications/{id}/answers"] = "revise-application",
        ["POST /api/v1/grant-applications/{id}/submissions"] = "submit-application",
        ["POST /api/v1/grant-applications/{id}/withdrawals"] = "withdraw-application",
        ["POST /api/v1/grant-applications/{id}/reviewers"] = "ask-reviewer",
        ["POST /api/v1/grant-applications/{id}/interests"] = "declare-interest",
        ["POST /api/v1/grant-applications/{id}/rulings"] = "rule-on-interest",
        ["POST /api/v1/grant-applications/{id}/reviews"] = "submit-review",
        ["POST /api/v1/grant-applications/{id}/reaffirmations"] = "reaffirm-review",
        ["POST /api/v1/grant-applications/{id}/questions"] = "ask-applicant",
        ["POST /api/v1/grant-applications/{id}/panel-notes"] = "write-panel-note",
        ["POST /api/v1/grant-applications/{id}/recommendations"] = "recommend-application",
        ["POST /api/v1/grant-applications/{id}/waitlistings"] = "waitlist-application",
        ["POST /api/v1/grant-applications/{id}/declines"] = "decline-application",
        ["GET /api/v1/grants"] = "list-grants",
        ["GET /api/v1/grants/360giving.json"] = "list-grants",
        ["GET /api/v1/grants/360giving.csv"] = "list-grants",
        ["GET /api/v1/grants/approvals"] = Own,
        ["GET /api/v1/grants/{id}"] = "read-grant",
        ["PUT /api/v1/grants/{id}/plan"] = "plan-grant",
        ["POST /api/v1/grants/{id}/signatures"] = "sign-grant",
        ["POST /api/v1/grants/{id}/payment-requests"] = "request-tranche",
        ["POST /api/v1/grants/{id}/payment-approvals"] = "approve-tranche",
        ["POST /api/v1/grants/{id}/payments"] = "record-payment",
        ["POST /api/v1/grants/{id}/failed-payments"] = "record-failed-payment",
        ["POST /api/v1/grants/{id}/holds"] = "hold-tranche",
        ["POST /api/v1/grants/{id}/freeings"] = "free-tranche",
        ["POST /api/v1/grants/{id}/confirmations"] = "confirm-condition",
        ["POST /api/v1/grants/{id}/reports"] = "submit-grant-report",
        ["POST /api/v1/grants/{id}/report-returns"] = "return-grant-report",
        ["POST /api/v1/grants/{id}/report-acceptances"] = "accept-grant-report",
        ["POST /api/v1/grants/{id}/amendments"] = "propose-amendment",
        ["POST /api/v1/grants/{id}/amendment-approvals"] = "approve-amendment",
        ["POST /api/v1/grants/{id}/amendment-rejections"] = "reject-amendment",
        ["POST /api/v1/grants/{id}/suspensions"] = "suspend-grant",
        ["POST /api/v1/grants/{id}/resumptions"] = "resume-grant",
        ["POST /api/v1/grants/{id}/terminations"] = "terminate-grant",
        ["POST /api/v1/grants/{id}/cancellations"] = "cancel-grant",
        ["POST /api/v1/grants/{id}/closures"] = "close-grant",
        ["POST /api/v1/grants/{id}/claims"] = "raise-recovery",
        ["POST /api/v1/grants/{id}/claim-agreements"] = "agree-recovery",
        ["POST /api/v1/grants/{id}/repayments"] = "record-repayment",
        ["POST /api/v1/grants/{id}/write-off-proposals"] = "propose-write-off",
        ["POST /api/v1/grants/{id}/write-offs"] = "confirm-write-off",
        ["POST /api/v1/synthesis"] = Anyone,
        ["POST /api/v1/calculations/{pack}"] = Anyone,
        ["GET /api/v1/history/{kind}/{id}"] = "read-pilot",
        ["GET /api/v1/history/{kind}/{id}/{version}"] = "read-pilot",
        ["GET /api/v1/history/{kind}/{id}/verification"] = "read-pilot",
    };

    /// <summary>Open to anyone without a row of the table; of oneself alone, for everybody signed in; and schools of a network, which is no record.</summary>
    private const string Anyone = "(anyone)", Own = "(one's own)", OfTheNetwork = "(a facilitator of the network)";

    /// <summary>What the table's no is called; every other refusal comes from the record's own rules, after it.</summary>
    private static readonly string[] TheTablesNo = ["not-allowed", "not-yours", "not-on-the-team", "not-your-network", "sign-in-needed"];

    /// <summary>Records that are asked for, by the part of the address before the id.</summary>
    private static readonly Dictionary<string, string[]> Records = new(StringComparer.Ordinal)
    {
        ["pilots"] = ["draft", "friday-exit-cards-heron-bay"], ["pilot"] = ["draft", "friday-exit-cards-heron-bay"], ["trials"] = ["undated", "voice-note-homework-trial"], ["schools"] = ["heron-bay"],
        ["cycles"] = ["friday-exit-cards-with"], ["incidents"] = ["worry"], ["evaluations"] = ["voice-note-homework-evaluation"], ["innovations"] = ["friday-exit-cards"],
        ["studies"] = ["project-star-kindergarten-maths"], ["replications"] = ["unknown"], ["people"] = ["nobody"], ["tokens"] = ["none"],
        ["committees"] = ["lantern-committee"], ["reviews"] = ["asked", "talk-first-to-more-schools"], ["grant-calls"] = ["quiet", "small-steps"], ["grant-applications"] = ["sealed"], ["grants"] = ["grant-talk-first"],
        ["learning-questions"] = ["does-it-last"], ["groups"] = ["two-languages"], ["memberships"] = ["member-cedar-court"],
    };

    /// <summary>Everybody: each role at the school, at its network, and where nothing ties it to either; those who work on the records; one whose roles have ended; a visitor.</summary>
    private static readonly ImmutableArray<Principal> Everybody =
    [
        .. from role in Enum.GetValues<Role>()
           where role is not (Role.Public or Role.System)
           from place in (string[])["heron-bay", "lantern", "elsewhere"]
           let name = string.Create(CultureInfo.InvariantCulture, $"{role}-{place}")
           select new Principal(name, name, [new(role, place)]),
        new("amina", "Amina", [new(Role.Teacher, "heron-bay")]),
        new("ben", "Ben", [new(Role.Teacher, "elsewhere")]),
        new("ndeye", "Ndeye", [new(Role.Researcher, "institute")]),
        new("rana", "Rana", [new(Role.ProgrammeOfficer, "paper-boat-fund")]),
        new("ines", "Inês", [new(Role.FinanceL2, "paper-boat-fund")]),
        new("grace", "Grace", [new(Role.CommitteeChair, "lantern-committee")]),
        new("noor", "Noor", [new(Role.Secretary, "lantern-committee")]),
        new("two", "Two roles", [new(Role.Teacher, "elsewhere"), new(Role.SchoolLead, "heron-bay")]),
        new("ended", "Ended", []),
        Principal.Anonymous,
    ];

    private static readonly IReadOnlyDictionary<string, ImmutableArray<Grant>> Table = Product.Compose().Access.Table;

    private IEnumerable<(string Name, HttpMethod Method, string Path, JsonNode About)> Operations =>
        from path in server.Description["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key.ToUpperInvariant()} {path.Key}", new HttpMethod(operation.Key.ToUpperInvariant()), path.Key, operation.Value);

    [Fact]
    public void Has_a_row_for_every_operation_and_for_nothing_else()
    {
        Assert.Equal(Operations.Select(one => one.Name).Order(StringComparer.Ordinal), Rows.Keys.Order(StringComparer.Ordinal));
        Assert.All(Rows.Values.Except([Anyone, Own, OfTheNetwork]), action => Assert.Contains(action, Table));
    }

    [Fact]
    public async Task A_visitor_is_answered_only_by_what_is_tagged_public()
    {
        server.Introduce(Everybody);
        var wrong = new List<string>();
        foreach (var (name, method, path, about) in Operations)
        {
            var isPublic = about["tags"]!.AsArray().Any(tag => (string?)tag == "public");
            foreach (var address in Addresses(path))
            {
                var status = (await server.Ask(Principal.Anonymous, method, address, Body(about))).StatusCode;
                if (isPublic ? status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden : status is not (HttpStatusCode.Unauthorized or HttpStatusCode.NotFound)) wrong.Add($"{name} at {address}: {(int)status}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Everybody_is_let_through_where_the_table_says_so_and_nowhere_else()
    {
        server.Introduce(Everybody);
        var (places, wrong, asked, through) = (await Networks(), new List<string>(), 0, 0);
        foreach (var (name, method, path, about) in Operations.Where(one => Rows[one.Name] is not Anyone))
        {
            foreach (var address in Addresses(path))
            {
                var record = await Record(path, address);
                foreach (var who in Everybody)
                {
                    var (status, code) = await Ask(who, method, address, about);
                    asked++;
                    if ((int)status is >= 500 or 400 or 415 or 428) wrong.Add($"{name} at {address} as {who.Name}: {(int)status} {code}");
                    else if (record.IsHidden && !Tied(who, record.SeenBy, record with { Belongs = true }, places))
                    {
                        // Nothing tells it from a record that is not there.
                        if (await Ask(who, method, address.Replace($"/{record.Id}", "/nowhere", StringComparison.Ordinal), about) is var none && none != (status, code) || (int)status < 400)
                            wrong.Add($"{name} at {address}, hidden from {who.Name}: {(int)status} {code} and not {(int)none.Item1} {none.Item2}");
                    }
                    else if (MayAsk(who, Rows[name], record, places))
                    {
                        through++;
                        if (TheTablesNo.Contains(code)) wrong.Add($"{name} at {address} is for {who.Name}: {(int)status} {code}");
                    }
                    else if (!TheTablesNo.Contains(code) || status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound))
                    {
                        wrong.Add($"{name} at {address} is not for {who.Name}: {(int)status} {code}");
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {asked}:\n{string.Join('\n', wrong.Take(60))}");
        Assert.InRange(through, asked / 10, asked * 9 / 10);
    }

    [Fact]
    public async Task Nothing_that_only_the_server_says_can_be_slipped_in()
    {
        server.Introduce(Everybody);
        var slipped = new JsonObject
        {
            ["stage"] = "trial", ["status"] = "closed", ["policy"] = "none", ["team"] = new JsonArray("eve"), ["facts"] = new JsonObject { ["openIncidents"] = 0 }, ["restsOn"] = new JsonArray(), ["heads"] = new JsonArray(),
            ["around"] = new JsonObject { ["team"] = new JsonArray("eve") }, ["actor"] = "eve", ["role"] = "admin@lantern", ["at"] = "2020-01-01T00:00:00Z", ["commandId"] = "x", ["expectedVersion"] = 1, ["network"] = "other",
            ["country"] = "XX", ["signed"] = true, ["independent"] = true, ["lockedSha256"] = "x", ["owner"] = "eve", ["id"] = "eve", ["version"] = 9, ["data"] = new JsonObject(), ["source"] = new JsonObject(),
        };
        var (compared, wrong) = (0, new List<string>());
        foreach (var (name, method, path, about) in Operations.Where(one => one.About["requestBody"]?["content"]?["application/json"] is not null && Rows[one.Name] is not (Anyone or Own)))
        {
            var body = (JsonObject)Sample(about["requestBody"]!["content"]!["application/json"]!["schema"]!)!;
            foreach (var who in Everybody.Where(one => one.Person is "amina" or "Researcher-lantern" or "Facilitator-lantern" or "SchoolLead-heron-bay" or "Evaluator-elsewhere"))
            {
                foreach (var address in Addresses(path))
                {
                    var honest = await Command(who, method, address, body);
                    if (honest.Command is null) continue;

                    var more = (JsonObject)body.DeepClone();
                    foreach (var (field, value) in slipped)
                    {
                        if (!Properties(about).Contains(field)) more[field] = value?.DeepClone();
                    }

                    var dishonest = await Command(who, method, address, more);
                    compared++;
                    if (dishonest != honest && (int)dishonest.Status != 400) wrong.Add($"{name} as {who.Name}: {honest.Command} became {dishonest.Command}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(compared > 50, $"Only {compared} commands were compared.");
    }

    /// <summary>Pages that are for people signed in: a visitor is led to where she can.</summary>
    private static readonly string[] PagesOfPeople =
    [
        "/{lang}/account", "/{lang}/account/email", "/{lang}/account/erase", "/{lang}/account/passkeys", "/{lang}/account/password", "/{lang}/account/second-factor", "/{lang}/account/tokens",
        "/{lang}/committees/new", "/{lang}/questions/new", "/{lang}/groups/new", "/{lang}/memberships/new", "/{lang}/cycles/{id}/close", "/{lang}/innovations/new", "/{lang}/people/erasures", "/{lang}/networks/{id}/schools", "/{lang}/pilots/register", "/{lang}/pilots/try", "/{lang}/pilots/{id}/check", "/{lang}/pilots/{id}/join",
        "/{lang}/pilots/{id}/cycles/start", "/{lang}/pilots/{id}/routine-practice", "/{lang}/pilots/{id}/who-else", "/{lang}/safeguarding", "/{lang}/schools/{id}/people", "/{lang}/sign-in/again",
        "/{lang}/applications", "/{lang}/applications/{id}", "/{lang}/applications/{id}/edit", "/{lang}/applications/{id}/review", "/{lang}/calls/new", "/{lang}/calls/{id}/books",
        "/{lang}/studies/{id}/upload", "/{lang}/trials/new", "/{lang}/trials/{id}/upload", "/{lang}/{kind:alpha}/{id}/{act}",
    ];

    [Fact]
    public async Task Pages_lead_a_visitor_to_sign_in_and_show_a_hidden_record_to_nobody_it_is_hidden_from()
    {
        server.Introduce(Everybody);
        server.Choosing(true);
        var (places, wrong) = (await Networks(), new List<string>());
        foreach (var (route, path, addresses) in Pages)
        {
            foreach (var (id, address) in addresses)
            {
                var kind = path.Contains("pilot", StringComparison.Ordinal) ? "pilots" : path.Split('/')[2];
                var record = id.Length == 0 ? new(id, Belongs: false) : await Record($"/api/v1/{kind}/{{id}}", $"/api/v1/{kind}/{id}");
                foreach (var who in Everybody.Where(one => one.Person is "" or "amina" or "ben" or "ended" or "Teacher-heron-bay" or "Facilitator-lantern" or "Teacher-elsewhere" or "Admin-lantern" or "Auditor-elsewhere"))
                {
                    using var answer = await server.Ask(who, HttpMethod.Get, address);
                    var ledToSignIn = answer.StatusCode is HttpStatusCode.Found && answer.Headers.Location!.OriginalString.Contains("/sign-in?", StringComparison.Ordinal);
                    if ((int)answer.StatusCode >= 500) wrong.Add($"{address} as {who.Name}: {(int)answer.StatusCode}");
                    if (!who.IsSignedIn && ledToSignIn != PagesOfPeople.Contains(route)) wrong.Add($"{address} leads a visitor {(ledToSignIn ? "to sign in" : "on")}: {(int)answer.StatusCode}");
                    if (who.IsSignedIn && ledToSignIn) wrong.Add($"{address} leads {who.Name} to sign in.");
                    if (record.IsHidden && !ledToSignIn && !Tied(who, record.SeenBy, record with { Belongs = true }, places) && answer.StatusCode is not HttpStatusCode.NotFound && await TellsOf(id, who, address, answer)) wrong.Add($"{address} is hidden from {who.Name}: {(int)answer.StatusCode}");
                }
            }
        }

        server.Choosing(false);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Every page with each record that may be on it.</summary>
    private static IEnumerable<(string Route, string Path, IEnumerable<(string Id, string Address)> Addresses)> Pages =>
        from route in EveryPage.AllRoutes
        let path = route.Replace("{lang}", "en", StringComparison.Ordinal).Replace("{kind:alpha}", "pilots", StringComparison.Ordinal).Replace("{act}", "join-team", StringComparison.Ordinal)
            .Replace("{status:int}", "404", StringComparison.Ordinal).Replace("{step:long}", "1", StringComparison.Ordinal).Replace("{kind}", "pilot", StringComparison.Ordinal)
        let ids = Id().Match(path) is { Success: true } place ? Records.GetValueOrDefault(path[..place.Index].Split('/')[^2], ["lantern"]) : [""]
        select (route, path, ids.Select(id => (id, Rest().Replace(path.Replace("{id}", id, StringComparison.Ordinal), "stale"))));

    [Fact]
    public async Task Every_answer_carries_what_keeps_browsers_out_of_trouble()
    {
        server.Introduce(Everybody);
        var (wrong, seen) = (new List<string>(), 0);
        async Task Look(Principal who, HttpMethod method, string address, HttpContent? body = null)
        {
            using var answer = await server.Ask(who, method, address, body);
            seen++;
            wrong.AddRange(HeaderTable.Lacks(name => answer.Headers.TryGetValues(name, out var said) ? string.Join(", ", said) : null, who.IsSignedIn).Select(lack => $"{method} {address} as {who.Name}: {lack}"));
            // Where a passkey is made or used, and nowhere else.
            if (answer.Headers.TryGetValues("Content-Security-Policy", out var policy) && policy.Any(one => one.Contains("script-src", StringComparison.Ordinal)) && address is not ("/en/sign-in" or "/en/sign-in/again" or "/en/account/passkeys"))
                wrong.Add($"{method} {address} as {who.Name}: may run a script");
        }

        Principal[] askers = [Principal.Anonymous, .. Everybody.Where(one => one.Person is "amina" or "rana")];
        foreach (var (_, method, path, about) in Operations)
        {
            foreach (var address in Addresses(path))
            {
                foreach (var who in askers) await Look(who, method, address, Body(about));
            }
        }

        server.Choosing(true);
        foreach (var address in Pages.SelectMany(page => page.Addresses).Select(one => one.Address))
        {
            foreach (var who in askers) await Look(who, HttpMethod.Get, address);
        }

        server.Choosing(false);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(40)));
        Assert.InRange(seen, 500, int.MaxValue);
    }

    [Fact]
    public async Task No_page_takes_a_form_without_its_token()
    {
        server.Introduce(Everybody);
        server.Choosing(true);
        var wrong = new List<string>();
        // The page of an error is none that a form is sent to.
        foreach (var address in Pages.Where(page => !page.Route.Contains("status", StringComparison.Ordinal)).SelectMany(page => page.Addresses).Select(one => one.Address))
        {
            using var form = new MultipartFormDataContent { { new StringContent("amina"), "Person" } };
            using var answer = await server.Ask(Everybody.First(one => one.Person is "amina"), HttpMethod.Post, address, form);
            if (answer.StatusCode is not HttpStatusCode.BadRequest) wrong.Add($"{address}: {(int)answer.StatusCode}");
        }

        server.Choosing(false);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Whether a page says anything that it would not say where there is no such record.</summary>
    private async Task<bool> TellsOf(string id, Principal who, string address, HttpResponseMessage answer)
    {
        using var none = await server.Ask(who, HttpMethod.Get, address.Replace($"/{id}", "/nowhere", StringComparison.Ordinal));
        return none.StatusCode != answer.StatusCode || Main(await none.Content.ReadAsStringAsync()) != Main(await answer.Content.ReadAsStringAsync());

        static string Main(string page) => page[page.IndexOf("<main", StringComparison.Ordinal)..page.IndexOf("</main>", StringComparison.Ordinal)];
    }

    /// <summary>What reaches the grain, without the command's id, of which its own ids are made.</summary>
    private async Task<(HttpStatusCode Status, string? Command)> Command(Principal who, HttpMethod method, string address, JsonObject body)
    {
        server.Grains.Forget();
        var status = (await server.Ask(who, method, address, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"))).StatusCode;
        return (status, server.Grains.Last is { } last ? OwnId().Replace(last, "…") : null);
    }

    private async Task<(HttpStatusCode Status, string? Code)> Ask(Principal who, HttpMethod method, string address, JsonNode about)
    {
        using var answer = await server.Ask(who, method, address, Body(about));
        var isProblem = answer.Content.Headers.ContentType?.MediaType is "application/problem+json";
        return (answer.StatusCode, isProblem ? (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"] : null);
    }

    private static bool MayAsk(Principal who, string action, Known record, Dictionary<string, string?> networks) =>
        action is Own ? who.IsSignedIn : action is OfTheNetwork ? who.Roles.Contains(new(Role.Facilitator, "lantern")) : Tied(who, action, record, networks);

    /// <summary>The table, read row by row as a person would read it.</summary>
    private static bool Tied(Principal who, string action, Known record, Dictionary<string, string?> networks) => Table[action].Any(grant =>
        grant.Role is Role.Public || who.Roles.Any(held => held.Role == grant.Role && (!record.Belongs || grant.To.HasFlag(Relation.Anywhere) || (grant.To & Ties(who, held.In, record, networks)) is not Relation.None)));

    private static Relation Ties(Principal who, string place, Known record, Dictionary<string, string?> networks)
    {
        var own = record.Homes.Concat(record.Sites).ToArray();
        return (record.Homes.Contains(place) ? Relation.Home : Relation.None) | (record.Sites.Contains(place) ? Relation.Site : Relation.None) | (record.Team.Contains(who.Person) ? Relation.Team : Relation.None)
            | (record.Beside.Contains(who.Person) ? Relation.Beside : Relation.None)
            | (own.Any(school => networks.TryGetValue(school, out var network) && (network == place || (network is null && !networks.ContainsKey(place)))) ? Relation.Network : Relation.None);
    }

    private async Task<Dictionary<string, string?>> Networks() => (await server.Services.GetRequiredService<SqlLogStore>().Query(connection =>
        connection.Query("select id, network from school", r => (r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1))))).ToDictionary(school => school.Item1, school => school.Item2, StringComparer.Ordinal);

    /// <summary>The record of an address, as far as it matters who asks.</summary>
    private async Task<Known> Record(string path, string address)
    {
        var id = Id().Match(Filled(path)) is { Success: true } place ? address[place.Index..].Split('/', '?')[0] : "";
        return path.Split('/') switch
        {
            [_, "api", "v1", "pilots" or "history", "{id}" or "{kind}", ..] => Of(id, (await server.Grains.Look<Pilot>(id)).State, pilot => pilot.Stage is PilotStage.Draft, "read-draft-of-pilot", AsPilot(path)),
            [_, "api", "v1", "cycles", "{id}", ..] => Of(id, (await server.Grains.Look<Pilot>((await server.Grains.Look<Cycle>(id)).State.Pilot)).State, _ => false, "", belongs: true),
            [_, "api", "v1", "trials", "{id}", ..] => Of(id, (await server.Grains.Look<Trial>(id)).State, trial => trial.RegisteredAt is null, "read-plan-without-date", belongs: true),
            [_, "api", "v1", "schools", "{id}", ..] => Of(id, (await server.Grains.Look<School>(id)).State, _ => false, "", belongs: true),
            [_, "api", "v1", "grant-calls", "{id}", ..] => Of(id, (await server.Grains.Look<GrantCall>(id)).State, call => call.State is CallState.Draft, "read-draft-of-call", belongs: true),
            [_, "api", "v1", "grant-applications", "{id}", ..] => Of(id, (await server.Grains.Look<GrantApplication>(id)).State, application => !application.Unsealed, "read-sealed-application", belongs: true),
            [_, "api", "v1", "grants", "{id}", ..] => Of(id, (await server.Grains.Look<CatalyticGrant>(id)).State, _ => false, "", belongs: true),
            [_, "api", "v1", "committees", "{id}", ..] => Of(id, (await server.Grains.Look<Committee>(id)).State, _ => false, "", belongs: true),
            [_, "api", "v1", "groups", "{id}", ..] => Of(id, (await server.Grains.Look<CommunityGroup>(id)).State, _ => false, "", belongs: true),
            [_, "api", "v1", "memberships", "{id}", ..] => Of(id, (await server.Grains.Look<Membership>(id)).State, membership => membership.State is not MembershipState.None, "take-part-in-membership", belongs: true),
            // The face of a review and its dossier are for everybody, whatever is said behind them.
            [_, "api", "v1", "reviews", "{id}", not "dossier", ..] => Of(id, (await server.Grains.Look<ScaleUpReview>(id)).State, review => review.IsTalkedAbout, "take-part-in-review", belongs: true),
            _ => new(id, Belongs: false),
        };

        // Comments and incidents of a pilot are records of their own.
        static bool AsPilot(string path) => !Beside().IsMatch(path);

        static Known Of<T>(string id, T record, Func<T, bool> hidden, string seenBy, bool belongs) where T : IBelongs =>
            new(id, belongs) { IsHidden = hidden(record), SeenBy = seenBy, Homes = [.. record.Homes(id)], Sites = [.. record.Schools], Team = [.. record.Workers], Beside = [.. record.LookersOn] };
    }

    /// <param name="Belongs">Relations to it are asked for.</param>
    private sealed record Known(string Id, bool Belongs)
    {
        public bool IsHidden { get; init; }

        public string SeenBy { get; init; } = "";

        public ImmutableArray<string> Homes { get; init; } = [];

        public ImmutableArray<string> Sites { get; init; } = [];

        public ImmutableArray<string> Team { get; init; } = [];

        public ImmutableArray<string> Beside { get; init; } = [];
    }

    /// <summary>The address with each record that may stand in it.</summary>
    private static IEnumerable<string> Addresses(string path)
    {
        var filled = Filled(path);
        var ids = Id().Match(filled) is { Success: true } place ? Records[filled[..place.Index].Split('/')[^2]] : [""];
        return ids.Select(id => Rest().Replace(filled.Replace("{id}", id, StringComparison.Ordinal), "none"));
    }

    private static string Filled(string path) => path.Replace("{kind}", "pilot", StringComparison.Ordinal).Replace("{network}", "lantern", StringComparison.Ordinal).Replace("{pack}", "attrition", StringComparison.Ordinal)
            .Replace("/versions/{version}/", "/versions/v1/", StringComparison.Ordinal).Replace("{version}", "1", StringComparison.Ordinal);

    private HttpContent? Body(JsonNode about) => about["requestBody"]?["content"] switch
    {
        null => null,
        var content when content["application/json"] is { } json => new StringContent(Sample(json["schema"]!)?.ToJsonString() ?? "{}", Encoding.UTF8, "application/json"),
        _ => new StringContent("name,country\nThird School,KE\n", Encoding.UTF8, "text/csv"),
    };

    private IEnumerable<string> Properties(JsonNode about) => Whole(about["requestBody"]!["content"]!["application/json"]!["schema"]!)["properties"]?.AsObject().Select(one => one.Key) ?? [];

    /// <summary>The least that the description says must be sent.</summary>
    private JsonNode? Sample(JsonNode schema, string name = "")
    {
        var whole = Whole(schema);
        if (whole["enum"] is JsonArray values) return values.First(value => value is not null)!.DeepClone();
        if ((whole["oneOf"] ?? whole["anyOf"]) is JsonArray ways) return Sample(ways.First(way => (string?)way!["type"] != "null")!);

        var types = whole["type"] switch { JsonArray many => [.. many.Select(one => (string?)one)], { } one => (string?[])[(string?)one], _ => [] };
        return types switch
        {
            _ when types.Contains("object") || whole["properties"] is not null => new JsonObject((whole["required"]?.AsArray() ?? []).Select(one => (string)one!).Select(one => KeyValuePair.Create(one, Sample(whole["properties"]![one]!, one)))),
            _ when types.Contains("array") => new JsonArray(),
            _ when types.Contains("boolean") => true,
            _ when types.Contains("integer") || types.Contains("number") => 1,
            _ when name is "amount" or "envelope" or "spent" => "100.00",
            _ when (string?)whole["format"] is "date" => "2026-09-01",
            _ when (string?)whole["format"] is "date-time" => "2026-09-01T00:00:00Z",
            _ => "said",
        };
    }

    private JsonNode Whole(JsonNode schema) => (string?)schema["$ref"] is { } reference ? server.Description["components"]!["schemas"]![reference.Split('/')[^1]]! : schema;

    [GeneratedRegex(@"\{id\}", RegexOptions.None, 1_000)]
    private static partial Regex Id();

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1_000)]
    private static partial Regex Rest();

    [GeneratedRegex("/(comments|incidents)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Beside();

    [GeneratedRegex("[23456789abcdefghjkmnpqrstuvwxyz]{16}|[0-9a-f]{64}", RegexOptions.None, 1_000)]
    private static partial Regex OwnId();
}
