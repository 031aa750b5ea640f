using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Humanizer;
using InnovationScale.Api;
using InnovationScale.Languages;
using Microsoft.AspNetCore.Http;

namespace InnovationScale;

/// <summary>
/// The product's sentences in one language, with that language's numbers, dates and direction of writing. A sentence is found by its English,
/// <c>words["{count} of {all} are answered.", ("count", 3), ("all", 8)]</c>, or by a code where programs or records name it. English stands in
/// the sources; every other language is a PO file in <c>Languages/</c>. What a catalogue does not have is said in English.
/// </summary>
public sealed partial class Words
{
    private readonly FrozenDictionary<string, string> sentences;
    private readonly FrozenDictionary<string, Translation> translations;
    private readonly PluralForms plurals;
    private readonly Lazy<Dictionary<string, string>> countries;

    private Words(IEnumerable<KeyValuePair<string, string>> english)
    {
        (Lang, OwnName, Culture, plurals) = ("en", "English", CultureInfo.GetCultureInfo("en-GB"), PluralForms.Read("nplurals=2; plural=(n != 1);"));
        countries = new(NamesOfCountries);
        sentences = english.ToFrozenDictionary(StringComparer.Ordinal);
        translations = FrozenDictionary<string, Translation>.Empty;
    }

    private Words(Catalogue catalogue)
    {
        (Lang, OwnName, Culture, plurals) = (catalogue.Language, catalogue.OwnName, CultureInfo.GetCultureInfo(catalogue.Culture), catalogue.Plurals);
        countries = new(NamesOfCountries);
        sentences = catalogue.Sentences.ToFrozenDictionary(one => one.Key, one => one.Value.Said[0], StringComparer.Ordinal);
        translations = catalogue.Sentences.Where(one => one.Value.EnglishOfMany is not null).ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>BCP 47, as in the address: <c>en</c>.</summary>
    public string Lang { get; }

    /// <summary>The language's name in that language, for the link that switches to it.</summary>
    public string OwnName { get; }

    public CultureInfo Culture { get; }

    public string Dir => Culture.TextInfo.IsRightToLeft ? "rtl" : "ltr";

    /// <summary>The sentence for its English or for a code, with <c>{named}</c> places filled.</summary>
    public string this[string key, params ReadOnlySpan<(string Name, object Value)> with] => Filled(Find(key) ?? key, with);

    /// <summary>“1 school”, “3 schools”: the form that goes with the count, which fills the place <c>{n}</c>.</summary>
    /// <param name="one">English of one.</param>
    /// <param name="many">English of several and of none.</param>
    public string Count(long n, string one, string many, params ReadOnlySpan<(string Name, object Value)> with)
    {
        var said = translations.TryGetValue(one, out var translation) ? translation.Said[plurals[n]] : n is 1 ? one : many;
        return Filled(said, [("n", n.ToString("N0", Culture)), .. with]);
    }

    /// <summary>Marks a sentence that stands in a table and is looked up where it is shown.</summary>
    public static string Key(string sentence) => sentence;

    /// <summary>The sentence for a code, or null.</summary>
    public string? Find(string code) => sentences.GetValueOrDefault(code) ?? English.sentences.GetValueOrDefault(code);

    /// <summary>A refusal in this language.</summary>
    public string Sentence(Refusal refusal) => this == English ? refusal.Sentence
        : Sentence(refusal.Sentence, refusal.Pattern, refusal.With.ToImmutableSortedDictionary(one => one.Key, one =>
            refusal.Missing.FirstOrDefault(missing => missing.Sentence == one.Value) is { } missing ? Sentence(missing) : one.Value));

    public string Sentence(Missing missing) => this == English ? missing.Sentence : Sentence(missing.Sentence, missing.Pattern, missing.With);

    /// <summary>What is wrong with a file.</summary>
    public string Sentence(Trials.UploadError error) => this == English ? error.Sentence : Sentence(error.Sentence, error.Pattern, error.With);

    /// <summary>How that is mended.</summary>
    public string Fix(Trials.UploadError error) => this == English ? error.Fix : Sentence(error.Fix, error.FixPattern, error.FixWith);

    public string Sentence(Trials.UploadNote note) => this == English ? note.Sentence : Sentence(note.Sentence, note.Pattern, note.With);

    /// <summary>A sentence of the rules: found by its English, its places filled with the words of what they hold.</summary>
    private string Sentence(string english, string? pattern, ImmutableSortedDictionary<string, string> with) =>
        Find(pattern ?? english) is { } said ? Filled(said, [.. with.Select(one => (one.Key, (object)Named(one.Value)))]) : english;

    /// <summary>Codes of enums, such as <c>role.teacher role.admin</c>, by their words; anything else as it is.</summary>
    private string Named(string value)
    {
        string?[] names = [.. value.Split(' ').Select(code => code.Contains('.', StringComparison.Ordinal) ? Find(code) : null)];
        return names.All(name => name is not null) ? Any(names!) : value;
    }

    /// <summary>“a, b or c”.</summary>
    private string Any(string[] names) => names is [var only] ? only : this["{some} or {last}", ("some", string.Join(this[", "], names[..^1])), ("last", names[^1])];

    /// <summary>The word for an enum's value: <c>pilot-stage.enquiry</c> in the catalogue, else the name itself in words.</summary>
    public string Name<T>(T value) where T : struct, Enum => Find($"{Kebab(typeof(T).Name)}.{Kebab(value.ToString())}") ?? value.ToString().Humanize();

    /// <summary>Every value of an enum as choices for radios or a select.</summary>
    public IReadOnlyList<Components.Choice> Choices<T>() where T : struct, Enum =>
        [.. Enum.GetValues<T>().Select(value => new Components.Choice(value.ToString(), Name(value), Find($"{Kebab(typeof(T).Name)}.{Kebab(value.ToString())}.hint")))];

    public IReadOnlyList<Components.Choice> YesNo => [new("no", this["no"]), new("yes", this["yes"])];

    /// <summary>What is said of a pilot once it has ended so; its way there is <see cref="Name"/>.</summary>
    public string Ended(Pilots.PilotTo how) => Find($"ended.{Kebab(how.ToString())}") ?? Name(how);

    /// <summary>A country's name by its code; the code where the machine's tables do not know it.</summary>
    public string Country(string code) => countries.Value.GetValueOrDefault(code, code);

    /// <summary>“Heron Bay, Kenya”.</summary>
    public string At(People.Workplace place) => this["{school}, {country}", ("school", place.School), ("country", Country(place.Country))];

    /// <summary>A role with where it is held, by names that are known.</summary>
    public string Held(HeldRole held, IReadOnlyDictionary<string, string> places) =>
        this["{role} · {place}", ("role", Name(held.Role)), ("place", held.In is HeldRole.Programme ? this["the whole programme"] : places.GetValueOrDefault(held.In, held.In))];

    /// <summary>Every country as choices, by name.</summary>
    public IReadOnlyList<Components.Choice> Countries => [.. countries.Value.OrderBy(country => country.Value, StringComparer.Create(Culture, CompareOptions.None)).Select(country => new Components.Choice(country.Key, country.Value))];

    /// <summary>The machine's tables name a region in a language only inside the name of a language spoken there: “français (Sénégal)”.</summary>
    private Dictionary<string, string> NamesOfCountries() => People.Countries.All.ToDictionary(country => country.Code, country =>
    {
        var spoken = CultureInfo.GetCultureInfo($"{Lang}-{country.Code}").NativeName;
        return spoken.IndexOf('(', StringComparison.Ordinal) is > 0 and var from ? spoken[(from + 1)..spoken.LastIndexOf(')')] : country.Name;
    }, StringComparer.Ordinal);

    /// <summary>September 2026.</summary>
    public string Month(Pilots.YearMonth month) => new DateOnly(month.Year, month.Month, 1).ToString("MMMM yyyy", Culture);

    /// <summary>21 November 2026.</summary>
    public string Day(DateOnly day) => day.ToString("d MMMM yyyy", Culture);

    /// <summary>21 November 2026, 14:05 UTC.</summary>
    public string Moment(DateTimeOffset at) => this["{day}, {time} UTC", ("day", Day(DateOnly.FromDateTime(at.UtcDateTime))), ("time", at.ToUniversalTime().ToString("HH:mm", CultureInfo.InvariantCulture))];

    public string Number(double value, int decimals = 0) => value.ToString($"N{decimals}", Culture);

    /// <summary>An event by its stored name, to be read after who did it; its name in words where the catalogue has no sentence.</summary>
    public string Happened(string name, IEnumerable<(string Name, string Value)> with) =>
        Find($"happened.{name}") is { } sentence ? Filled(sentence, [.. with.Select(one => (one.Name, (object)one.Value))]) : name.Replace('-', ' ');

    private string Filled(string sentence, ReadOnlySpan<(string Name, object Value)> with)
    {
        foreach (var (name, value) in with) sentence = sentence.Replace($"{{{name}}}", Isolated(Convert.ToString(value, Culture) ?? ""), StringComparison.Ordinal);
        return sentence;
    }

    // Names and figures keep their own direction inside a sentence that runs the other way (Unicode UAX 9: FSI and PDI).
    private string Isolated(string value) => Culture.TextInfo.IsRightToLeft && value.Length > 0 ? $"\u2068{value}\u2069" : value;

    private static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    /// <summary>The words of the request: of the language that its address begins with, else English.</summary>
    public static Words Of(HttpContext context) => In(context.AskedPath().Split('/', 3) is [_, var lang, ..] ? lang : null) ?? English;

    /// <summary>The catalogue for a language, or null when there is none.</summary>
    public static Words? In(string? lang) => Catalogues.FirstOrDefault(words => words.Lang == lang);

    public static Words English { get; } = new([.. EnglishOfPages, .. EnglishOfActs, .. EnglishOfScaleUp, .. EnglishOfGrants, .. EnglishOfCommunity, .. EnglishOfHistories]);

    /// <summary>Every language the pages speak, English first.</summary>
    /// <exception cref="CatalogueBrokenException">One cannot be read.</exception>
    public static IReadOnlyList<Words> Catalogues => Kept.Value;

    private static readonly Lazy<IReadOnlyList<Words>> Kept = new(() =>
        [English, .. typeof(Words).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".po", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Open)]);

    private static Words Open(string resource)
    {
        using var text = new StreamReader(typeof(Words).Assembly.GetManifestResourceStream(resource)!);
        return Of(Catalogue.Read(resource, text.ReadToEnd()));
    }

    /// <summary>The words of a catalogue.</summary>
    public static Words Of(Catalogue catalogue) => new(catalogue);

    /// <summary>The English of every sentence that has a code.</summary>
    public static IReadOnlyDictionary<string, string> EnglishByCode => English.sentences;

    private static Dictionary<string, string> EnglishOfPages => new(StringComparer.Ordinal)
    {
        // The frame around every page.
        ["product"] = "InnovationScale",
        ["skip-to-content"] = "Skip to the content",
        ["demo-label"] = "About this demonstration",
        ["demo-banner"] = "Every school, person and result here is invented, but the study Project STAR, which is real and names its source.",
        ["nav.label"] = "Main",
        ["nav.tasks"] = "Your tasks",
        ["nav.pilots"] = "Pilots",
        ["nav.innovations"] = "Innovations",
        ["nav.trials"] = "Trials",
        ["nav.sign-in"] = "Sign in",
        ["nav.language"] = "Language",
        ["crumbs.label"] = "You are here",
        ["footer.about"] = "Schools try things out, check what helped, and share it, also when nothing did.",
        ["footer.api"] = "For programs (API)",
        ["footer.signed-in-as"] = "Signed in as {name}",

        // Forms and lists.
        ["error"] = "Error",
        ["error-summary.heading"] = "There is a problem",
        ["refusal.heading"] = "This cannot be done yet",
        ["refusal.who"] = "{role} can supply this.",
        ["optional"] = "optional",
        ["choose"] = "Choose",
        ["show-numbers"] = "Show the numbers",
        ["pager.label"] = "Pages",
        ["pager.next"] = "Next page",
        ["pager.first"] = "First page",
        ["steps.label"] = "Steps",
        ["step.current"] = "current step",
        ["step.done"] = "done",
        ["change"] = "Change",
        ["not-answered"] = "Not answered yet",
        ["task-state.not-started"] = "Not started",
        ["task-state.in-progress"] = "In progress",
        ["task-state.cannot-start"] = "Cannot start yet",
        ["task-state.completed"] = "Completed",
        ["tone.information"] = "Note",
        ["tone.success"] = "Done",
        ["tone.caution"] = "Take care",
        ["tone.stop"] = "Stop",

        // Charts.
        ["chart.from-elsewhere"] = "from elsewhere",
        ["chart.prediction"] = "What the next school might see",
        ["chart.range"] = "{low} to {high}",
        ["chart.baseline"] = "where pupils started",
        ["chart.median"] = "middle value {value}",
        ["chart.missing"] = "not measured",

        ["watched.heading"] = "What schools watched",
        ["watched.says"] = "{measure}: {before} at the start, {after} later (middle values; shares in 100). {signal}",
        ["watched.day"] = "Day",
        ["watched.value"] = "Value",
        ["watched.numbers"] =
            "Run chart (Anhøj and Olesen 2014): median {median} of the first {points} points. Longest run {run}, by chance at most {runMax}; crossings {crossings}, by chance at least {crossingsMin}.",
        ["home.innovations"] = "See what is known",
        ["run.one"] = "One value so far. Ten or more say something.",
        ["run.same"] = "Every value so far is the same.",
        ["run.few"] = "Nothing more than chance wobble so far; with {count} useful values it could hardly show. Ten or more say more.",
        ["run.chance"] = "No more than chance wobble.",
        ["run.shift"] = "More than chance wobble: {count} values in a row on one side of the middle value.",
        ["run.no-crossing"] = "More than chance wobble: the line never crosses the middle value.",
        ["run.one-crossing"] = "More than chance wobble: the line crosses the middle value only once.",
        ["run.few-crossings"] = "More than chance wobble: the line crosses the middle value only {count} times.",

        // Stages, ends and answers.
        ["pilot-to.registered"] = "Registered",
        ["pilot-to.enquiry"] = "Enquiry: try it out",
        ["pilot-to.trial"] = "Trial: compare",
        ["pilot-to.adaptation"] = "Adaptation: change it",
        ["pilot-to.adopted-locally"] = "Adopted in this school",
        ["pilot-to.no-effect"] = "End it: it made no difference",
        ["pilot-to.harm"] = "End it: it did harm",
        ["pilot-to.not-feasible"] = "End it: it could not be done",
        ["pilot-to.inconclusive"] = "End it: we cannot tell",
        ["pilot-to.circumstances"] = "End it: something else came up",
        ["pilot-to.withdrawn"] = "Withdraw it",
        ["ended.no-effect"] = "Ended: it made no difference",
        ["ended.harm"] = "Ended: it did harm",
        ["ended.not-feasible"] = "Ended: it could not be done",
        ["ended.inconclusive"] = "Ended: nobody can tell",
        ["ended.circumstances"] = "Ended: something else came up",
        ["preset.light"] = "Light: two teachers and a question",
        ["preset.standard"] = "Standard: its results count together with other schools’",
        ["preset.rigorous"] = "Rigorous: everything a large trial asks",
        ["watch-kind.number"] = "A number",
        ["watch-kind.share"] = "So many out of so many",
        ["watch-kind.note"] = "A note in words",
        ["predicted-direction.up"] = "It goes up",
        ["predicted-direction.down"] = "It goes down",
        ["predicted-direction.no-change"] = "It stays the same",
        ["confidence.hunch"] = "A hunch",
        ["confidence.fairly-sure"] = "Fairly sure",
        ["confidence.very-sure"] = "Very sure",
        ["prediction-result.as-predicted"] = "Yes",
        ["prediction-result.partly-as-predicted"] = "Partly",
        ["prediction-result.not-as-predicted"] = "No",
        ["prediction-result.cannot-tell"] = "Cannot tell",
        ["cycle-decision.adopt"] = "Keep it as it is",
        ["cycle-decision.adapt"] = "Change it and try again",
        ["cycle-decision.abandon"] = "Stop doing it",
        ["cycle-decision.extend"] = "Go on with it in another cycle: it is too early to tell",
        ["cycle-step.planned"] = "Plan",
        ["cycle-step.doing"] = "Do",
        ["cycle-step.studying"] = "Study",
        ["cycle-step.acting"] = "Act",
        ["cycle-stage.doing"] = "Trying it out",

        // Roles whose name in code does not read well.
        ["role.school-lead"] = "School lead",
        ["role.finance-l1"] = "First approver",
        ["role.finance-l2"] = "Second approver",
        ["role.safeguarding-lead"] = "Safeguarding lead",

        // Money: where an application and a grant stand. Trials: where one stands, and what to do then.
        ["application-state.submitted"] = "Sent, sealed",
        ["application-state.ineligible"] = "Does not fit the call",
        ["application-state.in-review"] = "Being reviewed",
        ["application-state.more-info"] = "Waits for an answer",
        ["application-state.waitlisted"] = "On the waiting list",
        ["grant-state.active"] = "Being paid",
        ["grant-state.terminated"] = "Ended early",
        ["trial-state.submitted"] = "Plan being looked at",
        ["trial-state.registered"] = "Plan dated",
        ["trial-state.recruiting"] = "Looking for schools",
        ["trial-state.in-field"] = "Teaching and measuring",
        ["trial-state.data-locked"] = "Results closed",
        ["trial-state.analysed"] = "Results worked out",
        ["trial-state.stopped"] = "Ended early",
        ["trial-state.withdrawn"] = "Taken back",
        ["trial-state.draft.hint"] = "Complete the plan, then give it to somebody else to look at.",
        ["trial-state.submitted.hint"] = "Somebody who did not submit the plan looks at it and dates it, or gives it back.",
        ["trial-state.registered.hint"] = "Add the first school, then begin to look for schools and pupils.",
        ["trial-state.recruiting.hint"] = "Add the schools. Teaching begins when ethics and consent are in order and every group has somebody in it.",
        ["trial-state.in-field.hint"] = "Upload results as they come. Somebody who did not record them checks them; then two people close them.",
        ["trial-state.data-locked.hint"] = "The results are closed and nobody can change them. Work out what they say, and let an evaluator sign it.",
        ["trial-state.analysed.hint"] = "An evaluator has signed what the results say. Write the report.",
        ["trial-state.reported.hint"] = "The report is public. Schools elsewhere can try it too.",
        ["trial-state.stopped.hint"] = "The trial ended early. Its results are still checked, closed, worked out and told.",
        ["trial-state.withdrawn.hint"] = "It was taken back before it began. Nothing is left to do.",
        ["trial-design.individual-randomised"] = "Lots decide for each pupil",
        ["trial-design.cluster-randomised"] = "Lots decide for whole classes or schools",
        ["pupil-codes.file"] = "Every code stands once in the file",
        ["pupil-codes.school"] = "Codes begin anew in each school",
        ["pupil-codes.class"] = "Codes begin anew in each class",
        ["trial-design.multisite-randomised"] = "Lots decide inside each of several schools",
        ["trial-design.stepped-wedge"] = "Everybody gets it, step by step, in an order drawn by lot",
        ["trial-design.take-turns"] = "Classes take turns; lots decide who waits",
        ["trial-design.matched-comparison"] = "No lots: classes that are alike are compared",
        ["trial-design.interrupted-time-series"] = "One school measured many times, before and after",
        ["trial-design.single-case"] = "A few pupils measured very often",
        ["unit-of-assignment.pupil"] = "Pupils",
        ["unit-of-assignment.class"] = "Classes",
        ["unit-of-assignment.school"] = "Schools",
        ["direction.higher-is-better"] = "Higher is better",
        ["direction.lower-is-better"] = "Lower is better",
        ["baseline-verdict.equivalent"] = "In the same place",
        ["baseline-verdict.equivalent-if-adjusted"] = "Close, but not in the same place: the difference must be allowed for",
        ["baseline-verdict.not-equivalent"] = "Too far apart to compare safely",
        ["months.none"] = "As a rough picture only: not a month of progress more or less in a school year.",
        ["months.more"] = "As a rough picture only: about {months} more progress in a school year.",
        ["months.less"] = "As a rough picture only: about {months} less progress in a school year.",
        ["evaluation-state.in-review"] = "With an evaluator",
        ["evaluation-state.superseded"] = "Replaced",
        ["evaluation-state.retracted"] = "Taken back",

        // What can go wrong with any request: title, and what to do. Pages at /problems/{code} and the API's documents read these.
        ["problem.not-found"] = "There is no such page",
        ["problem.not-found.mend"] = "Check the address. If you followed a link here, the record may have been made by mistake or you may not be allowed to see it.",
        ["problem.token-refused"] = "This token lets nobody in",
        ["problem.token-refused.mend"] = "It is mistyped, was revoked, or its time is over. Make a new one on the page of your account.",
        ["problem.token-scope"] = "This token may not do that",
        ["problem.token-scope.mend"] = "It was made for something else. Make one with the scope that is needed: read, write or upload.",
        ["problem.sign-in-needed"] = "Sign in first",
        ["problem.sign-in-needed.mend"] = "Sign in and try again. Programs send a token, as “Authorization: Bearer isk_…”, or, where the chooser is on, the header X-Person with a person's id.",
        ["problem.not-allowed"] = "Somebody else may do this",
        ["problem.not-allowed.mend"] = "None of the roles you hold may do it. The answer's detail says who can.",
        ["problem.method-not-allowed"] = "This address does not take that method",
        ["problem.method-not-allowed.mend"] = "The header Allow lists the methods it takes.",
        ["problem.unreadable-request"] = "The request could not be read",
        ["problem.unreadable-request.mend"] = "The detail says which part could not be read. The API's description is at /openapi/v1.json.",
        ["problem.media-type-not-taken"] = "That kind of content is not taken here",
        ["problem.media-type-not-taken.mend"] = "Send JSON with the header Content-Type: application/json, unless the API's description says otherwise.",
        ["problem.too-large"] = "That is too large",
        ["problem.too-large.mend"] = "Send it in smaller parts.",
        ["problem.control-character"] = "A text holds a character that cannot be kept",
        ["problem.control-character.mend"] = "A NUL or another control character stands in it, often from copying. Remove it: only tabs and line ends are kept.",
        ["problem.too-many-requests"] = "Too many requests",
        ["problem.too-many-requests.mend"] = "Wait for the number of seconds in the header Retry-After.",
        ["problem.idempotency-key-needed"] = "The request has no Idempotency-Key",
        ["problem.idempotency-key-needed.mend"] =
            "Send the header Idempotency-Key with a value of your own, new for each thing you ask and the same when you send it again: it then takes effect once.",
        ["problem.idempotency-key-malformed"] = "The Idempotency-Key cannot be read",
        ["problem.idempotency-key-malformed.mend"] = "Use 1 to 128 printable ASCII characters, in double quotes or bare. A UUID does.",
        ["problem.version-needed"] = "The request does not say which version it changes",
        ["problem.version-needed.mend"] = "Read the record, then send the ETag you got in the header If-Match.",
        ["problem.version-malformed"] = "If-Match cannot be read",
        ["problem.version-malformed.mend"] = "Send one strong entity tag, exactly as the ETag was given, such as \"12\".",
        ["problem.stale"] = "The record has changed since you read it",
        ["problem.stale.mend"] = "Read it again, look at what changed, and decide anew.",
        ["problem.cursor-malformed"] = "The cursor cannot be read",
        ["problem.cursor-malformed.mend"] = "Follow the link “next” as it was given, with the same filters, or start again without a cursor.",
        ["problem.limit-out-of-range"] = "The limit is out of range",
        ["problem.limit-out-of-range.mend"] = "Ask for 1 to 500 items at a time.",
        ["problem.cross-site"] = "The request came from another site",
        ["problem.cross-site.mend"] = "Pages of other sites cannot act here in your name. Send it from a program or from these pages.",
        ["problem.form-expired"] = "This form was open too long, or was opened by someone else",
        ["problem.form-expired.mend"] = "Go back, load the page again, and send it once more.",
        ["problem.store-unavailable"] = "Records cannot be read or written just now",
        ["problem.store-unavailable.mend"] = "Nothing that was accepted is lost. Wait a few seconds and send the same request with the same Idempotency-Key.",
        ["problem.timed-out"] = "That took too long",
        ["problem.timed-out.mend"] = "It may still have taken effect. Send the same request with the same Idempotency-Key to find out.",
        ["problem.file-needed"] = "The request holds no file",
        ["problem.file-needed.mend"] = "Choose a file. In a form, the file comes after the other fields.",
        ["problem.fault"] = "Something went wrong on our side",
        ["problem.fault.mend"] = "It has been written to the log with the trace id shown. Trying again does no harm.",
    };
}
