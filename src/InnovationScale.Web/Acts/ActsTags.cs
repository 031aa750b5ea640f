using InnovationScale.Components;
using InnovationScale.People;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace InnovationScale.Acts;

/// <summary>A question of an act as the field that suits it: <c>&lt;asked question="question" /&gt;</c>.</summary>
[HtmlTargetElement("asked", TagStructure = TagStructure.WithoutEndTag)]
public sealed class Asked(IModelMetadataProvider metadata) : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public Question Question { get; set; } = null!;

    /// <summary>Does not say of this one question that it is optional.</summary>
    public bool Unmarked { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        Field field = Question.Kind switch
        {
            Asks.YesNo => new Choices { Options = Question.Options, Inline = true },
            Asks.One or Asks.Several => new Choices { Options = Question.Options },
            Asks.Select or Asks.Person or Asks.School => new FormGroup { Kind = "select", Choices = Question.Options },
            Asks.Text => new FormGroup { Kind = "textarea", Rows = 3 },
            Asks.Lines => new FormGroup { Kind = "textarea", Rows = 5 },
            Asks.Number or Asks.Whole or Asks.Amount => new FormGroup { Kind = "number", Width = "narrow" },
            Asks.Day => new FormGroup { Kind = "date" },
            _ => new FormGroup(),
        };
        object? given = Question.Kind is Asks.Several ? Question.Given?.Split('\n') ?? [] : Question.Given;
        field.ViewContext = ViewContext;
        field.For = new ModelExpression(Question.Name, metadata.GetModelExplorerForType(Question.Kind is Asks.Several ? typeof(string[]) : typeof(string), given));
        (field.Label, field.Hint, field.Optional) = (Question.Label ?? Question.Name, Question.Hint, Question.Optional && !Unmarked);
        field.Process(context, output);
    }
}

/// <summary>
/// Links to what the reader may do with a record, or with a part of it: <c>&lt;acts on="pilots" id="@id" /&gt;</c>,
/// <c>&lt;acts on="cycles" id="@id" of="@point.Id" /&gt;</c>. Nothing where there is nothing.
/// </summary>
[HtmlTargetElement("acts", TagStructure = TagStructure.WithoutEndTag)]
public sealed class ActsList(IEnumerable<IActs> kinds) : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>The kind of record.</summary>
    public string On { get; set; } = "";

    public string Id { get; set; } = "";

    public string? Of { get; set; }

    /// <summary>What the part is called, for those who hear the link and do not see the line it stands in.</summary>
    public string? About { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var words = Words.Of(ViewContext.HttpContext);
        var acting = CurrentPerson.Of(ViewContext.HttpContext) is null ? null : await kinds.First(known => known.Kind == On).Open(CurrentPerson.PrincipalOf(ViewContext.HttpContext), Id, string.IsNullOrEmpty(Of) ? null : Of, words);
        Act[] offered = [.. acting?.Offered ?? []];
        if (offered is [])
        {
            output.SuppressOutput();
            return;
        }

        var part = string.IsNullOrEmpty(Of) ? "" : $"?of={Uri.EscapeDataString(Of)}";
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "acts");
        if (part is "") output.Content.AppendHtml(new Html("h2") { words["acts.heading"] });
        output.Content.AppendHtml(new Html("ul").Holding(offered.Select(act => new Html("li")
        {
            new Html("a", ("href", $"/{words.Lang}/{On}/{Id}/{act.Name}{part}"))
            {
                words[$"act.{act.Name}"], string.IsNullOrEmpty(About) ? null : new Html("span", ("class", "unseen")) { $": {About}" },
            },
        })));
    }
}
