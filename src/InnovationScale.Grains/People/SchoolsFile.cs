using System.Collections.Immutable;
using System.Globalization;
using InnovationScale.Trials;

namespace InnovationScale.People;

/// <summary>
/// A file of schools, one a row: name, country and, where they are known, answers of the context profile. Columns that nobody asks for are refused, so that
/// nothing personal comes in by mistake. Whatever is wrong comes back as errors; only a failing stream throws.
/// </summary>
public sealed record SchoolsFile(ImmutableArray<RegisterSchool> Schools, ImmutableArray<UploadError> Errors, int ErrorCount, string? Sha256)
{
    private const string Name = "name", Country = "country";

    private static readonly UploadLimits Limits = new() { Bytes = 1024 * 1024, Rows = 1_000, Columns = 40, Cell = 1_000, Row = 32 * 1024, Errors = 200 };

    private static readonly ImmutableArray<ContextDimension> Dimensions = [.. ContextProfile.Dimensions.Where(dimension => dimension.Part is ContextPart.School && dimension.Code is not Country)];

    /// <summary>What the columns are called: the first two are needed.</summary>
    public static ImmutableArray<string> Columns { get; } = [Name, Country, .. Dimensions.Select(dimension => dimension.Code)];

    private static readonly Dictionary<string, string> BySpelling = new(Columns.ToDictionary(Spelling.Of, column => column), StringComparer.Ordinal) { ["school"] = Name, ["school name"] = Name, ["country code"] = Country };

    private static readonly Dictionary<string, string> CountryBySpelling = Countries.All.SelectMany(country => (KeyValuePair<string, string>[])[new(Spelling.Of(country.Code), country.Code), new(Spelling.Of(country.Name), country.Code)])
        .DistinctBy(one => one.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

    public bool Accepted => ErrorCount == 0;

    public static async Task<SchoolsFile> ReadAsync(Stream file, CancellationToken cancel)
    {
        using var sent = await UploadRows.Open(file, Limits, cancel);
        var reading = new Reading();
        await reading.Read(sent);
        return new(reading.ErrorCount == 0 ? [.. reading.Schools] : [], [.. reading.Errors], reading.ErrorCount, sent.Sha256);
    }

    private sealed class Reading
    {
        private readonly Dictionary<(string, string), int> rows = [];
        private string?[] columns = [];
        private int row;

        public List<RegisterSchool> Schools { get; } = [];

        public List<UploadError> Errors { get; } = [];

        public int ErrorCount { get; private set; }

        public async Task Read(UploadRows file)
        {
            while (await file.ReadAsync())
            {
                row = file.At;
                if (row > Limits.Rows + 1)
                {
                    Refuse(null, null, "too-many-rows", $"The file has more than {Limits.Rows:N0} schools.", "Send them in several files.");
                    return;
                }

                if (row == 1 ? !TakeHeader(file) : !TakeSchool(file)) return;
            }

            if (file.Trouble is { } trouble) Refuse(trouble);
            else if (row == 0) Refuse(null, null, "file-empty", "The file is empty.", "Send a header and a row for each school.");
            else if (Schools.Count == 0 && ErrorCount == 0) Refuse(null, null, "no-rows", "The file has a header and no rows.", "Send a row for each school with it.");
        }

        private bool TakeHeader(UploadRows file)
        {
            if (file.Count > Limits.Columns)
            {
                Refuse(null, null, "too-many-columns", $"The file has more than {Limits.Columns} columns.", "Leave out the columns that are not asked for.");
                return false;
            }

            columns = [.. Enumerable.Range(0, file.Count).Select(at => BySpelling.GetValueOrDefault(Spelling.Of(file[at])))];
            for (var at = 0; at < columns.Length; at++)
            {
                var header = UploadReduction.Shorten(file[at].Trim());
                if (columns[at] is null && header.Length == 0) Refuse($"{at + 1}", null, "header-missing", $"Column {at + 1} has no header.", "Name it, or delete the column.");
                else if (columns[at] is not { } column) Refuse(header, null, "column-unknown", "No such column is asked for, and it is not read.", $"Leave it out. The columns are: {string.Join(", ", Columns)}.");
                else if (Array.IndexOf(columns, column) < at) Refuse(header, null, "column-twice", $"Two columns say “{column}”.", "Leave one of them out.");
            }

            foreach (var needed in (string[])[Name, Country])
            {
                if (!columns.Contains(needed)) Refuse(needed, null, "column-missing", $"The file has no column “{needed}”.", "Add it: each school has a name and a country.");
            }

            return ErrorCount == 0;
        }

        private bool TakeSchool(UploadRows file)
        {
            if (Enumerable.Range(0, file.Count).All(at => string.IsNullOrWhiteSpace(file[at]))) return true;
            if (file.Count != columns.Length)
            {
                Refuse(null, null, "cells-do-not-match", $"The row has {file.Count} cells; the header has {columns.Length}.", "Give it a cell, empty if need be, for every column, and put text that holds a comma in quotes.");
                return true;
            }

            var before = ErrorCount;
            var (name, country, answers) = ("", "", ImmutableSortedDictionary<string, ContextAnswer>.Empty);
            for (var at = 0; at < columns.Length; at++)
            {
                var (column, value) = (columns[at]!, file[at].Trim());
                if (UploadReduction.TextFault(value) is var (code, sentence, fix)) Refuse(column, null, code, sentence, fix);
                else if (column is Name) name = Named(value);
                else if (column is Country) country = Known(value);
                else if (value.Length > 0) answers = Answer(answers, column, value);
            }

            if (ErrorCount > before) return true;
            if (!rows.TryAdd((name, country), row)) Refuse(Name, name, "school-twice", $"The same school stands in row {rows[(name, country)]} already.", "Leave one of the two rows out, or add the place to the name.");
            else Schools.Add(new(name, country) { Answers = answers });
            return true;
        }

        private string Named(string value)
        {
            if (value.Length == 0) Refuse(Name, null, "school-name-missing", "This school has no name.", "Give its registered name.");
            else if (value.Length > School.NameMost) Refuse(Name, value, "school-name-too-long", $"The name is longer than {School.NameMost} letters.", "Shorten it.");
            return value;
        }

        private string Known(string value)
        {
            if (CountryBySpelling.TryGetValue(Spelling.Of(value), out var code)) return code;
            Refuse(Country, value, "country-impossible", value.Length == 0 ? "This school has no country." : "No country is called so.", "Write the two letters of ISO 3166, such as KE, or the country’s English name.");
            return "";
        }

        private ImmutableSortedDictionary<string, ContextAnswer> Answer(ImmutableSortedDictionary<string, ContextAnswer> answers, string column, string value)
        {
            var answer = value.Equals("unknown", StringComparison.OrdinalIgnoreCase) ? ContextAnswer.Unknown : new(value);
            var added = answers.SetItem(column, answer);
            if (ContextProfile.Fault(ImmutableSortedDictionary<string, ContextAnswer>.Empty.Add(column, answer), ContextPart.School) is not { } fault) return added;

            var dimension = Dimensions.First(one => one.Code == column);
            Refuse(column, value, fault.Code, "This is not an answer to the question.", dimension.Values is []
                ? dimension.Scale is ContextScale.Number ? string.Create(CultureInfo.InvariantCulture, $"Write a number from {dimension.Min} to {dimension.Max}, or unknown.") : "Write a short code, or unknown."
                : $"Write one of: {string.Join(", ", dimension.Values)}, unknown.");
            return answers;
        }

        private void Refuse(string? column, string? value, string code, string sentence, string fix) =>
            Refuse(new UploadError(Math.Max(row, 1), column, value is null ? null : UploadReduction.Shorten(value), code, sentence, fix));

        private void Refuse(UploadError error)
        {
            ErrorCount++;
            if (Errors.Count < Limits.Errors) Errors.Add(error);
        }
    }
}
