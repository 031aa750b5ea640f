using System.Text.Json.Nodes;

namespace InnovationScale.Statistics.Synthesis;

/// <summary>Every number of every reference set, one theory a part.</summary>
public class EveryReferenceSet
{
    public static TheoryData<string> Sets => Reference.Named("meta_", "edge_");

    [ReferenceTheory, MemberData(nameof(Sets))]
    public void Is_reproduced_by_the_models(string name)
    {
        var pack = new MetaPack(name);
        var got = new JsonObject();
        foreach (var model in pack.Expected.GetProperty("models").EnumerateObject())
        {
            var (method, test) = MetaPack.Model(model.Name);
            got[model.Name] = MetaPack.Write(RandomEffects.Fit(pack.Y, pack.V, method, test));
        }

        pack.MustAgree("models", got);
    }

    [ReferenceTheory, MemberData(nameof(Sets))]
    public void Is_reproduced_by_the_q_profile(string name)
    {
        var pack = new MetaPack(name);
        if (pack.Has("tau2_ci_qprofile")) pack.MustAgree("tau2_ci_qprofile", MetaPack.Write(QProfile.Of(pack.Y, pack.V)));
        else Assert.Equal("too-few-studies", Assert.Throws<NotComputableException>(() => QProfile.Of(pack.Y, pack.V)).Code);
    }
}
