using InnovationScale.Api;
using InnovationScale.People;
using InnovationScale.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace InnovationScale.Grants;

/// <summary>Calls, applications and grants. Amounts are decimal numbers in text, such as <c>"1250.50"</c>, in the currency of the call.</summary>
public static class GrantsApi
{
    private const string Calls = "/api/v1/grant-calls", Applications = "/api/v1/grant-applications", Grants = "/api/v1/grants";

    public static void MapGrants(this IEndpointRouteBuilder app)
    {
        MapCalls(app.MapGroup(Calls).WithTags("grants"));
        MapApplications(app.MapGroup(Applications).WithTags("grants"));
        MapAwarded(app.MapGroup(Grants).WithTags("grants"));
        app.MapGrantDownloads();
    }

    private static void MapCalls(RouteGroupBuilder calls)
    {
        calls.MapGet("", async (HttpContext context, GrantLists lists) => TypedResults.Ok(new Page<CallRecord>([.. (await lists.Calls(CurrentPerson.PrincipalOf(context))).Select(CallRecord.Of)], null)))
            .WithSummary("Calls for applications, those that close last first.").Produces<Page<CallRecord>>();
        calls.MapPost("", async (CallAsked body, CurrentPerson person, IdempotencyKey key, GrantDesk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                return Told.Created(await desk.Execute(who, request, Ids.For(who, request, GrantCall.Kind), new DraftCall(body.Read(), Money.Read(body.Envelope, body.Currency))), Calls);
            })
            .WithSummary("Opens a draft of a call.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = calls.MapGroup("/{id}");
        one.MapGet("", async (string id, HttpContext context, Desk desk) => await desk.Look<GrantCall>(CurrentPerson.PrincipalOf(context), "read-grant-call", id) is { Exists: true } view
                ? Answer.Versioned(CallDetail.Of(view), view.Version)
                : Answer.NotFound())
            .WithSummary("A call with everything it asks and promises.").Produces<CallDetail>();
        one.MapPut("", async (string id, CallAsked body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, GrantDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, new ReviseCall(body.Read(), Money.Read(body.Envelope, body.Currency)))))
            .WithSummary("Rewrites a draft.").Produces<Recorded>();
        one.MapPost("/publications", async (string id, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, GrantDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, new PublishCall())))
            .WithSummary("Makes the call public; its terms then stand.").Produces<Recorded>();
        one.MapPost("/envelopes", async (string id, EnvelopeAsked body, CurrentPerson person, IdempotencyKey key, Desk read, GrantDesk desk) =>
            {
                var currency = (await read.Look<GrantCall>(person.AsPrincipal, "read-grant-call", id)).State.Terms.Currency;
                return Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body.Reason), id, new SetEnvelope(Money.Read(body.Amount, currency))));
            })
            .WithSummary("Puts more money in the call, or takes back what is not promised.").Produces<Recorded>();
        one.MapPost("/awards", async (string id, AwardAsked body, CurrentPerson person, IdempotencyKey key, Desk read, GrantDesk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                var currency = (await read.Look<GrantCall>(who, "read-grant-call", id)).State.Terms.Currency;
                var grant = Ids.For(who, request, CatalyticGrant.Kind);
                var outcome = await desk.Execute(who, request, id, new AwardApplication(body.Application ?? "", grant, Money.Read(body.Amount, currency), body.Because ?? ""));
                return outcome.Refusal is { } refusal ? Answer.Refused(refusal) : TypedResults.Created($"{Grants}/{grant}", new Recorded(grant, outcome.Receipt!.Version));
            })
            .WithSummary("Awards a recommended application: money is set aside, and the grant follows in a moment.").Produces<Recorded>(StatusCodes.Status201Created);
        Move(one, "decisions", "Ends a call after every applicant was told.", () => new DecideCall());
        Move(one, "archivings", "Puts a decided call away.", () => new ArchiveCall());
        Move(one, "cancellations", "Calls it off before anything is awarded.", () => new CancelCall());
        one.MapGet("/applications", async (string id, CurrentPerson person, Desk desk, GrantLists lists) =>
            {
                var who = person.AsPrincipal;
                if (!desk.May(who, "list-grant-applications")) throw new AccessDeniedException(Access.Denied(who));
                var call = await desk.Look<GrantCall>(who, "read-grant-call", id);
                if (!call.Exists) return Answer.NotFound();

                var (rows, sealedCount) = await lists.Of(who, id, call.State.Funder);
                return TypedResults.Ok(new CallApplications([.. rows.Select(ApplicationRow.Of)], sealedCount));
            })
            .WithSummary("Applications that may be read, the best first; those still sealed are only counted. For the funder.").Produces<CallApplications>();
        one.MapGet("/reconciliation", async (string id, CurrentPerson person, Desk read, GrantDesk desk) =>
            {
                if (!read.May(person.AsPrincipal, "reconcile-grants")) throw new AccessDeniedException(Access.Denied(person.AsPrincipal));
                return await desk.Books(person.AsPrincipal, id) is { } both ? TypedResults.Ok(ReconciliationRecord.Of(both)) : Answer.NotFound();
            })
            .WithSummary("What the call holds for each grant, beside what the grant itself and the lists say.").Produces<ReconciliationRecord>();

        static void Move(RouteGroupBuilder one, string noun, string summary, Func<GrantCallCommand> command) => one
            .MapPost("/" + noun, async (string id, Because? body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, GrantDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body?.Reason, version.Value), id, command())))
            .WithSummary(summary).Produces<Recorded>();
    }

    private static void MapApplications(RouteGroupBuilder applications)
    {
        applications.MapGet("", async (CurrentPerson person, GrantLists lists) => TypedResults.Ok(new Page<OwnApplicationRow>([.. (await lists.Own(person.AsPrincipal)).Select(OwnApplicationRow.Of)], null)))
            .WithSummary("Applications of one's own organisations.").Produces<Page<OwnApplicationRow>>();
        applications.MapPost("", async (ApplicationAsked body, CurrentPerson person, IdempotencyKey key, Desk read, GrantDesk desk) =>
            {
                var (who, request) = (person.AsPrincipal, new Request(key.Value));
                var call = await read.Look<GrantCall>(who, "read-grant-call", body.Call ?? "");
                return Told.Created(await desk.Execute(who, request, Ids.For(who, request, GrantApplication.Kind), new DraftApplication(body.Call ?? "", body.Read(call.State.Terms.Currency))), Applications);
            })
            .WithSummary("Opens a draft of an application.").Produces<Recorded>(StatusCodes.Status201Created);

        var one = applications.MapGroup("/{id}");
        one.MapGet("", async (string id, CurrentPerson person, Desk read, GrantDesk desk) =>
            {
                var who = person.AsPrincipal;
                if (await desk.Own(who, id) is { Exists: true } own) return Answer.Versioned(ApplicationRecord.Of(own, await Terms(read, who, own)), own.Version);
                if (await read.Look<GrantApplication>(who, "read-grant-application", id) is { Exists: true } view)
                    return Answer.Versioned(ApplicationRecord.Of(view, await Terms(read, who, view)) with { Reviews = [.. view.State.Reviews.Values.Select(ApplicationReviewRecord.Of)] }, view.Version);
                return Answer.NotFound();
            })
            .WithSummary("An application: for its applicant, and after the deadline with the reviews for its funder.").Produces<ApplicationRecord>();
        one.MapGet("/review", async (string id, CurrentPerson person, Desk read, GrantDesk desk) =>
            {
                var (view, mayRead) = await desk.ForReview(person.AsPrincipal, id);
                return view.Exists ? Answer.Versioned(ForReviewer.Of(view, mayRead, await Terms(read, person.AsPrincipal, view), person.AsPrincipal.Person), view.Version) : Answer.NotFound();
            })
            .WithSummary("An application as its reviewer sees it: her own review alone, and nothing of it before she has said what ties her to the applicant.").Produces<ForReviewer>();
        one.MapPut("/answers", async (string id, ApplicationAsked body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, Desk read, GrantDesk desk) =>
            {
                var own = await desk.Own(person.AsPrincipal, id);
                return Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, new ReviseApplication(body.Read((await Terms(read, person.AsPrincipal, own)).Currency))));
            })
            .WithSummary("Saves the answers so far, however few.").Produces<Recorded>();
        Post<Because>(one, "submissions", "The signatory certifies the application and sends it.", _ => new SubmitApplication());
        Post<Because>(one, "withdrawals", "Takes it out of the running.", _ => new WithdrawApplication());
        Post<ReviewerNamed>(one, "reviewers", "Asks somebody to review it.", body => new AskReviewer(body.Reviewer ?? ""));
        Post<InterestAsked>(one, "interests", "A reviewer says what ties her to the applicant, before reading.", body => new DeclareInterest(body.Interest, body.What ?? ""));
        Post<RulingAsked>(one, "rulings", "Says whether a reviewer with a soft tie may read.", body => new RuleOnInterest(body.Reviewer ?? "", body.MayReview), body => body.Reason);
        Post<ReviewAsked>(one, "reviews", "Points and a comment for every criterion.", body => new SubmitReview([.. body.Scores.Select(score => new Score(score.Criterion ?? "", score.Points, score.Comment ?? ""))]));
        Post<Because>(one, "reaffirmations", "The application changed and the review did not.", _ => new ReaffirmReview());
        Post<QuestionAsked>(one, "questions", "Asks the applicant something; reviews so far become stale.", body => new AskApplicant(body.Question ?? ""));
        Post<NoteAsked>(one, "panel-notes", "What reviewers whose points lie far apart agreed on.", body => new WritePanelNote(body.Note ?? ""));
        one.MapPost("/recommendations", async (string id, RecommendationAsked body, CurrentPerson person, IdempotencyKey key, Desk read, GrantDesk desk) =>
            {
                var currency = body.Amount is null ? "" : (await Terms(read, person.AsPrincipal, await read.Look<GrantApplication>(person.AsPrincipal, "read-grant-application", id))).Currency;
                return Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value), id,
                    new RecommendApplication(body.Recommended, body.Amount is null ? 0 : Money.Read(body.Amount, currency), body.Summary ?? "")));
            })
            .WithSummary("Recommends it or not, with a summary of the reviews.").Produces<Recorded>();
        Post<AnswerGiven>(one, "waitlistings", "No money for it now; the applicant reads why.", body => new WaitlistApplication(body.Because ?? ""));
        Post<AnswerGiven>(one, "declines", "No; the applicant reads why.", body => new DeclineApplication(body.Because ?? ""));

        static void Post<TBody>(RouteGroupBuilder one, string noun, string summary, Func<TBody, GrantApplicationCommand> command, Func<TBody, string?>? reason = null) where TBody : class => one
            .MapPost("/" + noun, async (string id, TBody body, CurrentPerson person, IdempotencyKey key, GrantDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, reason?.Invoke(body)), id, command(body))))
            .WithSummary(summary).Produces<Recorded>();
    }

    private static async Task<CallTerms> Terms(Desk desk, Principal who, View<GrantApplication> application) => (await desk.Look<GrantCall>(who, "read-grant-call", application.State.Call)).State.Terms;

    private static void MapAwarded(RouteGroupBuilder grants)
    {
        grants.MapGet("", async (HttpContext context, GrantLists lists, PageAsked page, string? call, string? funder, string? grantee, string? subject) =>
            {
                var rows = await lists.Grants(CurrentPerson.PrincipalOf(context), new(call, funder, grantee, Subject: subject), page.Limit + 1, page.Keys(2));
                var shown = rows.Take(page.Limit).ToList();
                return TypedResults.Ok(Page<GrantRow>.Of(context, [.. shown.Select(GrantRow.Of)], rows.Count > page.Limit ? Cursor.Write(Time.Write(shown[^1].AwardedAt), shown[^1].Id) : null));
            })
            .WithSummary("Grants, newest first: who got how much for what, and how much of it was paid.").Produces<Page<GrantRow>>();
        grants.MapGet("/approvals", async (CurrentPerson person, GrantLists lists) => TypedResults.Ok(new Page<WaitingPaymentRecord>([.. (await lists.Approvals(person.AsPrincipal)).Select(WaitingPaymentRecord.Of)], null)))
            .WithSummary("Payments that wait for one's own approval: never those one asked for or approved.").Produces<Page<WaitingPaymentRecord>>();

        var one = grants.MapGroup("/{id}");
        one.MapGet("", async (string id, CurrentPerson person, Desk read, GrantDesk desk) =>
            {
                var view = await read.Look<CatalyticGrant>(person.AsPrincipal, "read-grant", id);
                return view is { Exists: true, State.Offer: not null } ? Answer.Versioned(GrantRecord.Of(view, (await desk.Facts(view.State)).Facts), view.Version) : Answer.NotFound();
            })
            .WithSummary("A grant for its funder and its grantee: payments with what keeps them back, ledger, reports, claims.").Produces<GrantRecord>();
        one.MapPut("/plan", async (string id, PlanAsked body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, Desk read, GrantDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, null, version.Value), id, body.Read(await CurrencyOf(read, person, id)))))
            .WithSummary("The agreement: what is paid when, on which conditions, and what is reported when.").Produces<Recorded>();
        Post<Because>(one, "signatures", "Signs the agreement, one of two people.", (_, _) => new SignGrant());
        Post<PaymentAsked>(one, "payment-requests", "Asks for a payment, the first of three people.", (body, _) => new RequestTranche(body.Payment ?? "", body.Transfer ?? ""));
        Post<PaymentAsked>(one, "payment-approvals", "Approves a payment, the second or third of three people.", (body, _) => new ApproveTranche(body.Payment ?? ""));
        Post<PaidAsked>(one, "payments", "The bank has paid what was released.", (body, _) => new RecordPayment(body.Transfer ?? "", body.Reference ?? "", body.On) { Exchanged = body.Exchanged?.Read(), Payee = body.Payee });
        Post<FailedAsked>(one, "failed-payments", "The bank has not paid; it can be asked for again under a new id.", (body, _) => new RecordFailedPayment(body.Transfer ?? ""), body => body.Reason);
        Post<HeldAsked>(one, "holds", "Stops a payment that is not released.", (body, _) => new HoldTranche(body.Payment ?? ""), body => body.Reason);
        Post<HeldAsked>(one, "freeings", "A held payment goes on, from its beginning.", (body, _) => new FreeTranche(body.Payment ?? ""), body => body.Reason);
        Post<ConfirmationAsked>(one, "confirmations", "Confirms a condition that no record shows, with a file that shows it.", (body, _) => new ConfirmCondition(body.Payment ?? "", body.Condition ?? "", body.File ?? "", body.FileSha256 ?? ""));
        Post<GrantReportAsked>(one, "reports", "Tells what was done, and what was spent so far in all.", (body, currency) => new SubmitGrantReport(body.Report ?? "", Money.Read(body.Spent, currency), body.Text ?? ""));
        Post<ReportNamed>(one, "report-returns", "Gives a report back for more work.", (body, _) => new ReturnGrantReport(body.Report ?? ""), body => body.Reason);
        Post<ReportNamed>(one, "report-acceptances", "Accepts a report.", (body, _) => new AcceptGrantReport(body.Report ?? ""));
        Post<AmendmentAsked>(one, "amendments", "Proposes to change the agreement.", (body, currency) => new ProposeAmendment(body.Kind, body.Read(currency)), body => body.Reason);
        Move(one, "amendment-approvals", "Approves the proposed change.", () => new ApproveAmendment());
        Move(one, "amendment-rejections", "Rejects the proposed change.", () => new RejectAmendment());
        Move(one, "suspensions", "Stops all payments.", () => new SuspendGrant());
        Move(one, "resumptions", "Payments go on.", () => new ResumeGrant());
        Move(one, "terminations", "Ends it early.", () => new TerminateGrant());
        Move(one, "cancellations", "Takes it back before anything was paid.", () => new CancelGrant());
        Move(one, "closures", "Closes it when all is accounted for.", () => new CloseGrant());
        Post<ClaimAsked>(one, "claims", "Claims money back.", (body, currency) => new RaiseRecovery(body.Claim ?? "", Money.Read(body.Amount, currency), body.Disallowed), body => body.Reason);
        Post<ClaimNamed>(one, "claim-agreements", "The grantee agrees to pay back.", (body, _) => new AgreeRecovery(body.Claim ?? ""));
        Post<RepaymentAsked>(one, "repayments", "Money came back.", (body, currency) => new RecordRepayment(body.Transfer ?? "", Money.Read(body.Amount, currency), body.Claim, body.Reference ?? "", body.On) { Exchanged = body.Exchanged?.Read() });
        Post<ClaimNamed>(one, "write-off-proposals", "Gives a claim up, the first of two people.", (body, _) => new ProposeWriteOff(body.Claim ?? ""), body => body.Reason);
        Post<ClaimNamed>(one, "write-offs", "Gives a claim up, the second of two people.", (body, _) => new ConfirmWriteOff(body.Claim ?? ""));

        static void Post<TBody>(RouteGroupBuilder one, string noun, string summary, Func<TBody, string, CatalyticGrantCommand> command, Func<TBody, string?>? reason = null) where TBody : class => one
            .MapPost("/" + noun, async (string id, TBody body, CurrentPerson person, IdempotencyKey key, Desk read, GrantDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, reason?.Invoke(body)), id, command(body, await CurrencyOf(read, person, id)))))
            .WithSummary(summary).Produces<Recorded>();

        static void Move(RouteGroupBuilder one, string noun, string summary, Func<CatalyticGrantCommand> command) => one
            .MapPost("/" + noun, async (string id, Because? body, CurrentPerson person, IdempotencyKey key, ExpectedVersion version, GrantDesk desk) =>
                Told.Done(await desk.Execute(person.AsPrincipal, new(key.Value, body?.Reason, version.Value), id, command())))
            .WithSummary(summary).Produces<Recorded>();
    }

    private static async Task<string> CurrencyOf(Desk desk, CurrentPerson person, string grant) =>
        (await desk.Look<CatalyticGrant>(person.AsPrincipal, "read-grant", grant)).State.Offer?.Currency ?? "";
}
