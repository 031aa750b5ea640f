using System.Collections;
using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace InnovationScale.Components;

/// <summary>One answer a person can choose.</summary>
public sealed record Choice(string Value, string Text, string? Hint = null);

/// <summary>What every field has: its property, label, hint and mistake, tied together by id for screen readers.</summary>
public abstract class Field : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public ModelExpression For { get; set; } = null!;

    public string Label { get; set; } = "";

    // Razor hands an attribute of text that is null over as an empty one.
    public string? Hint { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>Says “(optional)” beside the label. Everything else is needed.</summary>
    public bool Optional { get; set; }

    private protected Words Words => Words.Of(ViewContext.HttpContext);

    private protected string Name => For.Name;

    private protected string Id => IdOf(For.Name);

    private protected string? Error => ViewContext.ModelState.TryGetValue(Name, out var entry) && entry.Errors is [var first, ..] ? first.ErrorMessage : null;

    /// <summary>What was typed, even when it could not be read; else the property's value.</summary>
    private protected string Value => ViewContext.ModelState.TryGetValue(Name, out var entry) && entry.AttemptedValue is { } typed ? typed : TextOf(For.Model);

    private protected string? DescribedBy => string.Join(' ', (string[])[.. Hint is null ? [] : (string[])[$"{Id}-hint"], .. Error is null ? [] : (string[])[$"{Id}-error"]]) is { Length: > 0 } ids ? ids : null;

    internal static string IdOf(string name) => TagBuilder.CreateSanitizedId(name, "-");

    private protected static string TextOf(object? value) => value switch
    {
        null => "",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private protected string LabelText => Optional ? $"{Label} ({Words["optional"]})" : Label;

    private protected void HintAndError(TagHelperContent into)
    {
        if (Hint is not null) into.AppendHtml(new Html("p", ("class", "hint"), ("id", $"{Id}-hint")) { Hint });
        if (Error is not null) into.AppendHtml(new Html("p", ("class", "error"), ("id", $"{Id}-error")) { new Html("span", ("class", "unseen")) { $"{Words["error"]}: " }, Error });
    }

    private protected void Box(TagHelperOutput output, string tag = "div")
    {
        output.TagName = tag;
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", Error is null ? "field" : "field wrong");
    }
}

/// <summary>A label with one box to type into: <c>&lt;form-group for="Title" label="Title" hint="…" /&gt;</c>.</summary>
/// <remarks><c>kind</c>: text (default), textarea, number, email, password, date, month, search, select. <c>width</c>: narrow, half or full.</remarks>
[HtmlTargetElement("form-group", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FormGroup : Field
{
    public string Kind { get; set; } = "text";

    public string Width { get; set; } = "full";

    public string? Autocomplete { get; set; }

    /// <summary>The longest answer taken; the browser stops there.</summary>
    public int? LengthMax { get; set; }

    public int Rows { get; set; } = 4;

    /// <summary>A unit shown after the box, such as “pupils”.</summary>
    public string? Unit { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>Answers of a select.</summary>
    public IReadOnlyList<Choice>? Choices { get; set; }

    /// <summary>What a select says while nothing is chosen; “Choose” when left out.</summary>
    public string? Open { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        Box(output);
        output.Content.AppendHtml(new Html("label", ("for", Id)) { LabelText });
        HintAndError(output.Content);
        var control = Control();
        control.Set("id", Id).Set("name", Name).Set("aria-describedby", DescribedBy).Set("aria-invalid", Error is null ? null : "true")
            .Set("autocomplete", Autocomplete).Set("maxlength", LengthMax?.ToString(CultureInfo.InvariantCulture)).Set("class", Width is "full" ? null : Width);
        output.Content.AppendHtml(Unit is null ? control : new Html("div", ("class", "with-unit")) { control, new Html("span") { Unit } });
    }

    private Html Control() => Kind switch
    {
        "textarea" => new Html("textarea", ("rows", Rows.ToString(CultureInfo.InvariantCulture)), ("dir", "auto")) { "\n" + Value },
        "select" => new Html("select").Holding(Options()),
        // A number box loses what it cannot read; a text box with a number pad keeps it, and the server says what is wrong.
        "number" => new Html("input", ("type", "text"), ("inputmode", "decimal"), ("value", Value)),
        "text" or "search" => new Html("input", ("type", Kind), ("value", Value), ("dir", "auto")),
        // Never sent back, whatever was wrong.
        "password" => new Html("input", ("type", Kind)),
        "email" or "date" or "month" => new Html("input", ("type", Kind), ("value", Value)),
        _ => throw new InvalidOperationException($"A form group is no “{Kind}”: text, textarea, number, email, password, date, month, search or select."),
    };

    private IEnumerable<Html> Options() => (Choices ?? throw new InvalidOperationException($"The select for {Name} has no choices."))
        .Prepend(new Choice("", Open ?? Words["choose"]))
        .Select(choice => new Html("option", ("value", choice.Value), ("selected", choice.Value == Value ? "selected" : null)) { choice.Text });
}

/// <summary>Radios, or checkboxes when the property holds several: <c>&lt;choices for="Preset" label="…" options="Model.Words.Choices&lt;Preset&gt;()" /&gt;</c>.</summary>
[HtmlTargetElement("choices", TagStructure = TagStructure.WithoutEndTag)]
public sealed class Choices : Field
{
    public IReadOnlyList<Choice> Options { get; set; } = [];

    /// <summary>Side by side, for two short answers such as yes and no.</summary>
    public bool Inline { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        Box(output, "fieldset");
        if (DescribedBy is { } ids) output.Attributes.SetAttribute("aria-describedby", ids);
        output.Content.AppendHtml(new Html("legend") { LabelText });
        HintAndError(output.Content);

        var several = For.ModelExplorer.ModelType != typeof(string) && typeof(IEnumerable).IsAssignableFrom(For.ModelExplorer.ModelType);
        var chosen = Chosen(several);
        var list = new Html("div", ("class", Inline ? "choices inline" : "choices"));
        for (var at = 0; at < Options.Count; at++)
        {
            var option = Options[at];
            // The error summary links to the first.
            var id = at == 0 ? Id : $"{Id}-{at + 1}";
            list.Add(new Html("div")
            {
                new Html("input", ("type", several ? "checkbox" : "radio"), ("id", id), ("name", Name), ("value", option.Value),
                    ("checked", chosen.Contains(option.Value) ? "checked" : null), ("aria-describedby", option.Hint is null ? null : $"{id}-hint")),
                new Html("label", ("for", id)) { option.Text },
                option.Hint is null ? null : new Html("p", ("class", "hint"), ("id", $"{id}-hint")) { option.Hint },
            });
        }

        output.Content.AppendHtml(list);
    }

    private HashSet<string> Chosen(bool several) => ViewContext.ModelState.TryGetValue(Name, out var entry) && entry.RawValue is { } typed
        ? [.. typed as string[] ?? [typed.ToString() ?? ""]]
        : several ? [.. ((IEnumerable?)For.Model ?? Array.Empty<object>()).Cast<object?>().Select(TextOf)] : [TextOf(For.Model)];
}

/// <summary>A file to send: <c>&lt;file-upload for="File" label="…" accept=".csv" /&gt;</c>. The form says <c>enctype="multipart/form-data"</c>.</summary>
[HtmlTargetElement("file-upload", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FileUpload : Field
{
    public string? Accept { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        Box(output);
        output.Content.AppendHtml(new Html("label", ("for", Id)) { LabelText });
        HintAndError(output.Content);
        output.Content.AppendHtml(new Html("input", ("type", "file"), ("id", Id), ("name", Name), ("accept", Accept), ("aria-describedby", DescribedBy), ("aria-invalid", Error is null ? null : "true")));
    }
}

/// <summary>The hidden name of this form's request, so that a form sent twice takes effect once.</summary>
[HtmlTargetElement("command-id", TagStructure = TagStructure.WithoutEndTag)]
public sealed class CommandId : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "input";
        output.TagMode = TagMode.StartTagOnly;
        output.Attributes.SetAttribute("type", "hidden");
        output.Attributes.SetAttribute("name", "command-id");
        output.Attributes.SetAttribute("value", ((AppPage)ViewContext.ViewData.Model!).CommandId);
    }
}

/// <summary>What is wrong, first thing on the page: each mistake links to its field, and what the rules refused says who can mend it.</summary>
[HtmlTargetElement("error-summary", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ErrorSummary : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var page = ViewContext.ViewData.Model as AppPage;
        var refusal = page?.Refusal;
        (string Key, string ErrorMessage)[] mistakes = [.. ViewContext.ModelState.SelectMany(entry => entry.Value!.Errors.Select(error => (entry.Key, error.ErrorMessage)))];
        if (mistakes is not [] && page?.FieldOrder.ToList() is { } order) mistakes = [.. mistakes.OrderBy(mistake => order.IndexOf(mistake.Key))];
        if (refusal is null && mistakes is [])
        {
            output.SuppressOutput();
            return;
        }

        var words = Words.Of(ViewContext.HttpContext);
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "error-summary");
        output.Attributes.SetAttribute("role", "alert");
        output.Attributes.SetAttribute("tabindex", "-1");
        // The one place where focus may be taken without a script: the page was asked for by sending a form.
        output.Attributes.SetAttribute("autofocus", "autofocus");
        output.Content.AppendHtml(new Html("h2") { words[mistakes is [] ? "refusal.heading" : "error-summary.heading"] });
        if (mistakes is not [])
        {
            output.Content.AppendHtml(new Html("ul").Holding(mistakes.Select(mistake => new Html("li")
            {
                mistake.Key is "" ? mistake.ErrorMessage : new Html("a", ("href", $"#{Field.IdOf(mistake.Key)}")) { mistake.ErrorMessage },
            })));
        }

        if (refusal is null) return;

        output.Content.AppendHtml(new Html("p") { words.Sentence(refusal) });
        if (refusal.Missing is not [])
        {
            output.Content.AppendHtml(new Html("ul").Holding(refusal.Missing.Select(missing => new Html("li")
            {
                words.Sentence(missing), " ", words["refusal.who", ("role", words.Name(missing.Who))],
            })));
        }
    }
}
