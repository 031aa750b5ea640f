using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace InnovationScale.Components;

/// <summary>A column of a <see cref="DataTable"/>.</summary>
/// <param name="Sort">Its name in <c>?sort=</c>; null when the table cannot be sorted by it.</param>
public sealed record Column(string Label, bool Numeric = false, string? Sort = null);

/// <summary>
/// A table that becomes a list of labelled blocks on a narrow screen:
/// <c>&lt;data-table caption="Pilots" columns="@(…)"&gt;&lt;row&gt;&lt;cell&gt;…&lt;/cell&gt;&lt;/row&gt;&lt;/data-table&gt;</c>. The first cell of a row names it.
/// Sort links keep the filters of the address: <c>?sort=started</c>, <c>?sort=-started</c>.
/// </summary>
[HtmlTargetElement("data-table")]
public sealed class DataTable : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public string Caption { get; set; } = "";

    /// <summary>The caption is there for screen readers only, where a heading just above says the same.</summary>
    public bool CaptionUnseen { get; set; }

    public IReadOnlyList<Column> Columns { get; set; } = [];

    /// <summary>How it is sorted where the address does not say: <c>-started</c>.</summary>
    public string? Sorted { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        context.Items[typeof(DataTable)] = this;
        var rows = await output.GetChildContentAsync();
        output.TagName = "table";
        output.Content.SetHtmlContent(new Html("caption", ("class", CaptionUnseen ? "unseen" : null)) { Caption });
        // Roles are said again because some browsers forget a table's meaning once CSS shows it as blocks.
        output.Attributes.SetAttribute("role", "table");
        output.Content.AppendHtml(new Html("thead", ("role", "rowgroup")) { new Html("tr", ("role", "row")).Holding(Columns.Select(Head)) });
        output.Content.AppendHtml(new Html("tbody", ("role", "rowgroup")) { rows });
    }

    private Html Head(Column column)
    {
        var head = new Html("th", ("scope", "col"), ("role", "columnheader"), ("class", column.Numeric ? "number" : null));
        if (column.Sort is null)
        {
            head.Add(column.Label);
            return head;
        }

        var request = ViewContext.HttpContext.Request;
        var sorted = request.Query["sort"].ToString() is { Length: > 0 } said ? said : Sorted;
        var direction = sorted == column.Sort ? "ascending" : sorted == $"-{column.Sort}" ? "descending" : null;
        var query = QueryString.Create(request.Query.Where(one => one.Key is not ("sort" or "after"))
            .SelectMany(one => one.Value.Select(value => KeyValuePair.Create(one.Key, value)))
            .Append(KeyValuePair.Create("sort", (string?)(direction is "ascending" ? $"-{column.Sort}" : column.Sort))));
        head.Set("aria-sort", direction).Add(new Html("a", ("href", $"{request.Path}{query}"))
        {
            column.Label,
            direction is null ? null : new Html("span", ("class", "sorted"), ("aria-hidden", "true")) { direction is "ascending" ? " ↑" : " ↓" },
        });
        return head;
    }
}

/// <summary>A row of a <see cref="DataTable"/>.</summary>
[HtmlTargetElement("row")]
public sealed class Row : TagHelper
{
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        context.Items[typeof(Row)] = new Counter();
        output.Content.SetHtmlContent(await output.GetChildContentAsync());
        output.TagName = "tr";
        output.Attributes.SetAttribute("role", "row");
    }

    internal sealed class Counter
    {
        public int Next { get; set; }
    }
}

/// <summary>A cell: takes its label and alignment from its column, counted from the row's first.</summary>
[HtmlTargetElement("cell", ParentTag = "row")]
public sealed class Cell : TagHelper
{
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var table = (DataTable)context.Items[typeof(DataTable)];
        var counter = (Row.Counter)context.Items[typeof(Row)];
        var at = counter.Next++;
        var column = at < table.Columns.Count
            ? table.Columns[at]
            : throw new InvalidOperationException($"“{table.Caption}” has {table.Columns.Count} columns, but a row has more cells.");

        output.TagName = at is 0 ? "th" : "td";
        output.Attributes.SetAttribute("role", at is 0 ? "rowheader" : "cell");
        if (at is 0) output.Attributes.SetAttribute("scope", "row");
        // Where a row is a block of labelled lines, a line with nothing in it is none.
        else if (!(await output.GetChildContentAsync()).IsEmptyOrWhiteSpace) output.Attributes.SetAttribute("data-label", column.Label);
        if (column.Numeric) output.Attributes.SetAttribute("class", "number");
    }
}

/// <summary>On to the next part of a list: <c>&lt;pager showing="Showing 1–50 of about 312" next-cursor="…" /&gt;</c>.</summary>
[HtmlTargetElement("pager", TagStructure = TagStructure.WithoutEndTag)]
public sealed class Pager : TagHelper
{
    [HtmlAttributeNotBound, ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public string? Showing { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>The cursor of the next part; null at the end. The filters of the address are kept.</summary>
    public string? NextCursor { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var words = Words.Of(ViewContext.HttpContext);
        var request = ViewContext.HttpContext.Request;
        output.TagName = "nav";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "pager");
        output.Attributes.SetAttribute("aria-label", words["pager.label"]);
        if (Showing is not null) output.Content.AppendHtml(new Html("p") { Showing });
        if (request.Query.ContainsKey("after")) output.Content.AppendHtml(new Html("a", ("href", Here(request, null))) { words["pager.first"] });
        if (NextCursor is not null) output.Content.AppendHtml(new Html("a", ("rel", "next"), ("href", Here(request, NextCursor))) { words["pager.next"] });
    }

    private static string Here(HttpRequest request, string? after) => request.Path + QueryString.Create(request.Query
        .Where(one => one.Key is not "after")
        .SelectMany(one => one.Value.Select(value => KeyValuePair.Create(one.Key, value)))
        .Concat(after is null ? [] : [KeyValuePair.Create("after", (string?)after)]));
}
