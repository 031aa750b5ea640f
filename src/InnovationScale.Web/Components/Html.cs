using System.Collections;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace InnovationScale.Components;

/// <summary>
/// An element under construction: text inside it and in its attributes is escaped, always. An attribute whose value is null is left
/// out. Written with a collection initialiser: <c>new Html("p", ("class", "hint")) { "text", new Html("b") { "bold" } }</c>.
/// </summary>
internal sealed class Html(string tag, params (string Name, string? Value)[] attributes) : IHtmlContent, IEnumerable
{
    private readonly List<(string Name, string? Value)> attributes = [.. attributes];
    private readonly List<object> children = [];

    public Html Set(string name, string? value)
    {
        attributes.Add((name, value));
        return this;
    }

    /// <summary>Each as if added alone.</summary>
    public Html Holding(IEnumerable<object> many)
    {
        children.AddRange(many);
        return this;
    }

    /// <summary>Text, another element, or null for nothing.</summary>
    public void Add(object? child)
    {
        if (child is not null) children.Add(child);
    }

    public void WriteTo(TextWriter writer, HtmlEncoder encoder)
    {
        writer.Write('<');
        writer.Write(tag);
        foreach (var (name, value) in attributes)
        {
            if (value is null) continue;

            writer.Write(' ');
            writer.Write(name);
            writer.Write("=\"");
            encoder.Encode(writer, value);
            writer.Write('"');
        }

        writer.Write('>');
        if (tag is "input") return;

        foreach (var child in children)
        {
            if (child is IHtmlContent html) html.WriteTo(writer, encoder);
            else encoder.Encode(writer, child.ToString() ?? "");
        }

        writer.Write("</");
        writer.Write(tag);
        writer.Write('>');
    }

    IEnumerator IEnumerable.GetEnumerator() => children.GetEnumerator();
}
