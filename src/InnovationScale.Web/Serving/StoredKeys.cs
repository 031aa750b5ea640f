using System.Xml.Linq;
using InnovationScale.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace InnovationScale.Serving;

/// <summary>The keys that protect cookies and forms, in the log's database: whatever one node gives out, every other reads.</summary>
/// <remarks>
/// A key made on an old reading is not kept, so that nodes which start on an empty database together agree on one: whoever makes a key reads
/// them all again before it uses any.
/// </remarks>
/// <param name="log">Asked only when keys are: what keeps the log from opening is told at the start, not while the host is put together.</param>
internal sealed class StoredKeys(Func<SqlLogStore> log) : IXmlRepository
{
    private long seen;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var kept = log().Query(connection => connection.Query("select xml from protection_key order by name", r => r.GetString(0))).GetAwaiter().GetResult();
        Volatile.Write(ref seen, kept.Count);
        return [.. kept.Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var store = log();
        using var connection = store.Engine.Connect(forWriting: true);
        connection.Open();
        connection.Do(store.Engine.BeginSql);
        connection.Do("insert into protection_key (name, xml) select @name, @xml where (select count(*) from protection_key) = @seen",
            ("name", friendlyName), ("xml", element.ToString(SaveOptions.DisableFormatting)), ("seen", Volatile.Read(ref seen)));
        connection.Do("commit");
    }
}
