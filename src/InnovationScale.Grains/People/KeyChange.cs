using System.Data.Common;
using System.Text.Json;
using InnovationScale.Storage;

namespace InnovationScale.People;

/// <summary>
/// Puts another master key in the place of the vault's: each person's own key is sealed anew under it, and each address is found by it. In one transaction,
/// which is committed only when every sealed row opens: at any moment one of the two keys opens everything.
/// </summary>
public static class KeyChange
{
    /// <summary>The log's writer must be nobody else: a server that still holds the old key learns nothing of the new one.</summary>
    /// <returns>How many keys, of people and pilots, were sealed anew; null where they are sealed under that key already.</returns>
    /// <exception cref="StoreNotUsableException">The old key is another one.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A row does not open. Nothing was changed.</exception>
    public static int? Run(ISqlEngine engine, Vault from, Vault to)
    {
        var connection = engine.Connect(forWriting: true);
        connection.Open();
        using var writer = engine.Writer(connection);
        engine.Recover(connection);
        connection.Do(engine.BeginSql);
        int keys;
        try
        {
            if (to.Opens(connection))
            {
                connection.Do("rollback");
                return null;
            }

            from.Recognise(connection, engine);
            keys = Seal(connection, from, to);
            FindAddresses(connection, to);
            Check(connection, to);
            connection.Do("commit");
        }
        catch
        {
            connection.Do("rollback");
            throw;
        }

        // What the old key opens stays in no file of the database, once nobody reads it any more.
        writer.Forget();
        return keys - 1;
    }

    private static int Seal(DbConnection connection, Vault from, Vault to)
    {
        var keys = Rows(connection, "select subject, wrapped from vault_key", r => (Subject: r.GetString(0), Wrapped: (byte[])r.GetValue(1)));
        foreach (var (subject, wrapped) in keys)
            connection.Do("update vault_key set wrapped = @wrapped where subject = @subject", ("wrapped", to.Wrap(subject, from.Unwrap(subject, wrapped))), ("subject", subject));
        return keys.Count;
    }

    private static void FindAddresses(DbConnection connection, Vault to)
    {
        foreach (var (subject, wrapped, row) in Rows(connection, "select v.subject, k.wrapped, v.sealed from vault v join vault_key k on k.subject = v.subject where v.member = 'email'",
            r => (r.GetString(0), (byte[])r.GetValue(1), (byte[])r.GetValue(2))))
        {
            var key = to.Unwrap(subject, wrapped);
            var found = to.LookUp(JsonSerializer.Deserialize<string>(Vault.Opened(key, subject, "email", row), StoredJson.Options)!);
            connection.Do("update vault set sealed = @sealed where subject = @subject and member = 'emailKey'",
                ("sealed", Vault.Seal(key, subject, "emailKey", JsonSerializer.Serialize(found, StoredJson.Options))), ("subject", subject));
            connection.Do("update person set email_key = @found where id = @subject and email_key is not null", ("found", found), ("subject", subject));
        }

        // Failures are counted by what an address is found by: the old hashes tell addresses to whoever has the old key, and count for nobody any more.
        connection.Do("delete from sign_in_failure");
        connection.Do("delete from refused_try");
    }

    private static void Check(DbConnection connection, Vault to)
    {
        foreach (var (subject, wrapped) in Rows(connection, "select subject, wrapped from vault_key", r => (r.GetString(0), (byte[])r.GetValue(1)))) to.Unwrap(subject, wrapped);
        foreach (var (subject, member, row, wrapped) in Rows(connection, "select v.subject, v.member, v.sealed, k.wrapped from vault v join vault_key k on k.subject = v.subject",
            r => (r.GetString(0), r.GetString(1), (byte[])r.GetValue(2), (byte[])r.GetValue(3))))
        {
            Vault.Opened(to.Unwrap(subject, wrapped), subject, member, row);
        }
    }

    private static List<T> Rows<T>(DbConnection connection, string sql, Func<DbDataReader, T> read) => connection.Query(sql, read).GetAwaiter().GetResult();
}
