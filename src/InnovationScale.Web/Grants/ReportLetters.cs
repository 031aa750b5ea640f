using InnovationScale.People;
using InnovationScale.Serving;

namespace InnovationScale.Grants;

/// <summary>Reminders of reports, in every language of the product: nobody has said which one is hers.</summary>
public sealed class ReportLetters(PublicAddress address) : IReportLetters
{
    public Letter Of(DueReport report) => new(string.Join(" / ", Words.Catalogues.Select(words => words[report.Late ? "A report is late: {title}" : "A report is due: {title}", ("title", report.Title)])),
        string.Join("\n\n", Words.Catalogues.Select(words =>
            $"""
            {words[report.Late ? "The report “{report}” on “{title}” was due on {day}. Hand it in at:" : "The report “{report}” on “{title}” is due on {day}. Hand it in at:",
                ("report", report.Report), ("title", report.Title), ("day", words.Day(report.Due))]}
            {address.Of($"{words.Lang}/grants/{report.Grant}")}
            """)));
}
