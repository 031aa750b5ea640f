using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace InnovationScale.Components;

/// <summary>How far a task is.</summary>
public enum TaskState
{
    NotStarted,
    InProgress,
    CannotStart,
    Completed,
}

/// <summary>What tone a tag or notification has. The word is always there: colour never says it alone.</summary>
public enum Tone
{
    Neutral,
    Information,
    Success,
    Caution,
    Stop,
}

/// <summary>A list of tasks with their states: <c>&lt;task-list&gt;&lt;task-item href="…" state="Completed"&gt;Where&lt;/task-item&gt;&lt;/task-list&gt;</c>.</summary>
[HtmlTargetElement("task-list")]
public sealed class TaskList : TagHelper
{
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "ul";
        output.Attributes.SetAttribute("class", "tasks");
    }
}

/// <summary>One task. Without <c>href</c>, or when it cannot start yet, it is no link.</summary>
/// <remarks>Razor hands an attribute of text that is null over as an empty one: here and below an empty one counts as left out.</remarks>
[HtmlTargetElement("task-item", ParentTag = "task-list")]
public sealed class TaskItem : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public string? Href { get; set; }

    public string? Hint { get; set; }

    public TaskState State { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var title = await output.GetChildContentAsync();
        var id = $"task-{context.UniqueId}";
        output.TagName = "li";
        output.Content.SetHtmlContent(new Html("div")
        {
            string.IsNullOrEmpty(Href) || State is TaskState.CannotStart
                ? new Html("span", ("class", "task")) { title }
                : new Html("a", ("class", "task"), ("href", Href), ("aria-describedby", id)) { title },
            string.IsNullOrEmpty(Hint) ? null : new Html("p", ("class", "hint")) { Hint },
        });
        output.Content.AppendHtml(StatusTag.Of(State switch
        {
            TaskState.Completed => Tone.Success,
            TaskState.InProgress => Tone.Information,
            _ => Tone.Neutral,
        }, Words.Of(ViewContext.HttpContext).Name(State)).Set("id", id));
    }
}

/// <summary>Facts with their names: <c>&lt;summary-list&gt;&lt;summary-row name="Title" change-href="…"&gt;Talk first&lt;/summary-row&gt;&lt;/summary-list&gt;</c>.</summary>
[HtmlTargetElement("summary-list")]
public sealed class SummaryList : TagHelper
{
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "dl";
        output.Attributes.SetAttribute("class", "summary");
    }
}

/// <summary>One fact, with a link to change it where there is one.</summary>
[HtmlTargetElement("summary-row", ParentTag = "summary-list")]
public sealed class SummaryRow : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public string Name { get; set; } = "";

    public string? ChangeHref { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var value = await output.GetChildContentAsync();
        output.TagName = "div";
        output.Content.SetHtmlContent(new Html("dt") { Name });
        output.Content.AppendHtml(new Html("dd", ("dir", "auto")) { value.IsEmptyOrWhiteSpace ? new Html("span", ("class", "hint")) { Words.Of(ViewContext.HttpContext)["not-answered"] } : value });
        if (string.IsNullOrEmpty(ChangeHref)) return;

        output.Content.AppendHtml(new Html("dd", ("class", "change"))
        {
            new Html("a", ("href", ChangeHref)) { Words.Of(ViewContext.HttpContext)["change"], new Html("span", ("class", "unseen")) { $" {Name}" } },
        });
    }
}

/// <summary>A short word for a state: <c>&lt;status-tag tone="Success"&gt;Active&lt;/status-tag&gt;</c>.</summary>
[HtmlTargetElement("status-tag")]
public sealed class StatusTag : TagHelper
{
    public Tone Tone { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "strong";
        output.Attributes.SetAttribute("class", ClassOf(Tone));
    }

    internal static Html Of(Tone tone, string text) => new("strong", ("class", ClassOf(tone))) { text };

    private static string ClassOf(Tone tone) => $"tag {tone.ToString().ToLowerInvariant()}";
}

/// <summary>Something to know before reading on: <c>&lt;notification tone="Caution" heading="…"&gt;&lt;p&gt;…&lt;/p&gt;&lt;/notification&gt;</c>.</summary>
[HtmlTargetElement("notification")]
public sealed class Notification : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public Tone Tone { get; set; } = Tone.Information;

    /// <summary>A word for the tone when left out.</summary>
    public string? Heading { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var id = $"note-{context.UniqueId}";
        output.TagName = "div";
        output.Attributes.SetAttribute("class", $"notification {Tone.ToString().ToLowerInvariant()}");
        output.Attributes.SetAttribute("role", Tone is Tone.Success ? "status" : "region");
        output.Attributes.SetAttribute("aria-labelledby", id);
        output.PreContent.SetHtmlContent(new Html("h2", ("id", id)) { Heading ?? Words.Of(ViewContext.HttpContext)[$"tone.{Tone.ToString().ToLowerInvariant()}"] });
    }
}

/// <summary>What happened, newest first: <c>&lt;timeline&gt;&lt;happening at="…" who="Amina" role="Teacher" reason="…"&gt;closed a cycle&lt;/happening&gt;&lt;/timeline&gt;</c>.</summary>
[HtmlTargetElement("timeline")]
public sealed class Timeline : TagHelper
{
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "ol";
        output.Attributes.SetAttribute("class", "timeline");
    }
}

/// <summary>One thing that happened: who, in which role, what, when, and why.</summary>
[HtmlTargetElement("happening", ParentTag = "timeline")]
public sealed class Happening : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>What there is to say, in place of the attributes below.</summary>
    public Pilots.Happened? Of { get; set; }

    public DateTimeOffset At { get; set; }

    public string Who { get; set; } = "";

    public string? Role { get; set; }

    public string? Reason { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var (what, words) = (await output.GetChildContentAsync(), Words.Of(ViewContext.HttpContext));
        // The product asks for the person, where she has proved to be herself: that is no role of hers.
        if (Of is { } told) (At, Who, Role, Reason) = (told.At, told.Who, told.Role is InnovationScale.Role.System ? null : words.Name(told.Role), told.Reason);
        output.TagName = "li";
        output.Content.SetHtmlContent(new Html("p") { new Html("b", ("dir", "auto")) { Who }, string.IsNullOrEmpty(Role) ? "" : $" ({Role})", " ", what });
        if (!string.IsNullOrEmpty(Reason)) output.Content.AppendHtml(new Html("blockquote", ("dir", "auto")) { Reason });
        output.Content.AppendHtml(new Html("time", ("datetime", At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture)))
        {
            words.Moment(At),
        });
    }
}

/// <summary>Where one stands in a fixed order of steps: <c>&lt;step-nav&gt;&lt;step-item state="Completed" href="…"&gt;Plan&lt;/step-item&gt;&lt;/step-nav&gt;</c>.</summary>
[HtmlTargetElement("step-nav")]
public sealed class StepNav : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>What the steps belong to; “Steps” when left out.</summary>
    public string? Label { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "nav";
        output.Attributes.SetAttribute("class", "steps");
        output.Attributes.SetAttribute("aria-label", Label ?? Words.Of(ViewContext.HttpContext)["steps.label"]);
        output.PreContent.SetHtmlContent("<ol>");
        output.PostContent.SetHtmlContent("</ol>");
    }
}

/// <summary>One step: done, in progress (the current one) or to come.</summary>
[HtmlTargetElement("step-item", ParentTag = "step-nav")]
public sealed class StepItem : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public string? Href { get; set; }

    public TaskState State { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var title = await output.GetChildContentAsync();
        var words = Words.Of(ViewContext.HttpContext);
        output.TagName = "li";
        if (State is TaskState.Completed) output.Attributes.SetAttribute("class", "done");
        if (State is TaskState.InProgress) output.Attributes.SetAttribute("aria-current", "step");
        var shown = State switch
        {
            TaskState.Completed => new Html("span", ("class", "unseen")) { $" ({words["step.done"]})" },
            TaskState.InProgress => new Html("span", ("class", "unseen")) { $" ({words["step.current"]})" },
            _ => null,
        };
        output.Content.SetHtmlContent(string.IsNullOrEmpty(Href) ? new Html("span") { title, shown } : new Html("a", ("href", Href)) { title, shown });
    }
}

/// <summary>A chart with its words and numbers: the picture as content, the table under “Show the numbers” in <c>&lt;chart-numbers&gt;</c>.</summary>
[HtmlTargetElement("chart-frame")]
public sealed class ChartFrame : TagHelper
{
    /// <summary>What the chart says, in a sentence: the reader's first line, not a label of axes.</summary>
    public string Says { get; set; } = "";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "figure";
        output.Attributes.SetAttribute("class", "chart");
        output.PreContent.SetHtmlContent(new Html("figcaption") { Says });
    }
}

/// <summary>The numbers behind a chart, folded away.</summary>
[HtmlTargetElement("chart-numbers", ParentTag = "chart-frame")]
public sealed class ChartNumbers : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "details";
        output.PreContent.SetHtmlContent(new Html("summary") { Words.Of(ViewContext.HttpContext)["show-numbers"] });
    }
}
