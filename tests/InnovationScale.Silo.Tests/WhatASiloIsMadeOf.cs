extern alias system;
using InnovationScale.Serving;

namespace InnovationScale.Silo;

public sealed class WhatASiloIsMadeOf
{
    [Fact]
    public void Every_kind_of_the_product_has_its_grain() =>
        Assert.Equal(Product.Compose().Kinds.All.Select(kind => kind.Name).Order(StringComparer.Ordinal), ProductGrains.Interfaces.Keys.Select(KindOf).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_grain_is_reentrant_wakes_where_the_log_is_and_is_named_like_its_kind() => Assert.All(ProductGrains.Interfaces, one =>
    {
        var grain = Assert.Single(typeof(ProductGrains).Assembly.GetTypes(), type => type.IsClass && type.IsAssignableTo(one.Value) && !type.Name.StartsWith("Proxy", StringComparison.Ordinal));
        Assert.True(grain.IsDefined(typeof(Orleans.Concurrency.ReentrantAttribute), inherit: false));
        Assert.True(grain.IsDefined(typeof(WhereTheLogIsAttribute), inherit: true));
        Assert.Equal(KindOf(one.Key), grain.GetCustomAttributesData().Single(a => a.AttributeType == typeof(GrainTypeAttribute)).ConstructorArguments[0].Value);
        Assert.Equal(KindOf(one.Key), one.Value.GetCustomAttributesData().Single(a => a.AttributeType == typeof(AliasAttribute)).ConstructorArguments[0].Value);
    });

    [Fact]
    public void Every_mistake_of_its_settings_is_told_at_once()
    {
        var settings = new Settings(["--silo-port", "0", "--gateway-port", "many", "--advertise", "here", "--collect-after-minutes", "1"], [.. ServerOptions.Keys, .. SiloOptions.Keys]);
        SiloOptions.Read(settings);

        Assert.Equal(
            ["--silo-port", "--gateway-port", "--collect-after-minutes", "--azure-storage", "--store", "--vault-key", "--advertise"],
            settings.Mistakes.Select(mistake => mistake.Split(' ')[0]));
    }

    [Fact]
    public void A_secret_may_be_handed_in_a_file()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "UseDevelopmentStorage=true\n");
            var settings = new Settings(["--azure-storage-file", file, "--store", "Host=db", "--vault-key", system::InnovationScale.RunningServer.SharedVaultKey], [.. ServerOptions.Keys, .. SiloOptions.Keys]);
            Assert.Equal("UseDevelopmentStorage=true", SiloOptions.Read(settings).AzureStorage);
            Assert.Empty(settings.Mistakes);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string KindOf(Type aggregate) => (string)aggregate.GetProperty("Kind")!.GetValue(null)!;
}
