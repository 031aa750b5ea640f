using System.Globalization;

namespace InnovationScale;

/// <summary>Pupils' results as a school would send them: a row for every pupil allocated, one in each class lost on the way.</summary>
internal static class PupilRows
{
    private const int Pupils = 21;

    /// <summary>Classes in each group of each school whose pupils all start alike; those taught in the new way end so many points higher.</summary>
    public static string Of(IEnumerable<string> schools, double lift, int seed, int classes = 2)
    {
        var chance = new Random(seed);
        var rows = new List<string> { "pupil,school,class,arm,baseline,score,reason" };
        foreach (var school in schools)
        {
            foreach (var (arm, more) in ((string, double)[])[("small", lift), ("regular", 0)])
            {
                for (var one = 0; one < classes; one++)
                {
                    for (var pupil = 0; pupil < Pupils; pupil++)
                    {
                        var before = 350 + pupil * 37 % 101;
                        var after = Math.Round(before + 30 + more + one % 3 + chance.Next(-20, 21));
                        var result = pupil == 0 ? ",moved" : string.Create(CultureInfo.InvariantCulture, $"{after},");
                        rows.Add(string.Create(CultureInfo.InvariantCulture, $"{school}-{arm}{one}-{pupil},{school},{arm}-{one},{arm},{before},{result}"));
                    }
                }
            }
        }

        return string.Join('\n', rows);
    }
}
