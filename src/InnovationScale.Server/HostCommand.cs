using System.Data.Common;
using System.Security.Cryptography;
using InnovationScale.Demonstration;
using InnovationScale.Evidence;
using InnovationScale.People;
using InnovationScale.Serving;
using InnovationScale.Storage;

namespace InnovationScale.Server;

/// <summary>
/// What can be done to the records besides serving them: <c>verify</c>, <c>backup</c>, <c>restore</c>, <c>rebuild</c>, <c>export</c>, <c>reset</c>, <c>change-vault-key</c>, each with
/// <c>--data DIR</c> or <c>--store</c>, and <c>verify-dossier</c> and <c>reduce</c>, which need no records. Exit code 0 when it was done and all is well, 1 when the data are not well, 2 when the words are off.
/// </summary>
internal static class HostCommand
{
    private static readonly string[] Names = ["verify", "backup", "restore", "rebuild", "export", "reset", "change-vault-key"];

    public static bool IsOne(string[] args) => args is [var first, ..] && !first.StartsWith("--", StringComparison.Ordinal);

    public static int Run(string[] args, TextWriter told, TextWriter mistakes)
    {
        var name = args[0];
        if (name == "verify-dossier") return VerifyDossier(args[1..], told, mistakes);
        if (name == "reduce") return ReduceCommand.Run(args[1..], told, mistakes);
        var file = args is [_, var second, ..] && !second.StartsWith("--", StringComparison.Ordinal) ? second : null;
        if (!Names.Contains(name) || (file is null) != name is "verify" or "rebuild" or "reset")
        {
            mistakes.WriteLine("Known: verify, rebuild, backup FILE, restore FILE, export FILE, change-vault-key FILE; each takes --data DIR (or --demo), or --store. And reset --demo, verify-dossier FILE, and reduce ROWS PLAN CELLS.");
            return 2;
        }

        var settings = new Settings(args[(file is null ? 1 : 2)..], ServerOptions.Keys);
        var options = ServerOptions.Read(settings);
        if (settings.Mistakes is not [])
        {
            foreach (var mistake in settings.Mistakes) mistakes.WriteLine(mistake);
            return 2;
        }

        try
        {
            return Run(name, file, options, told);
        }
        catch (Exception fault) when (fault is IOException or DbException or InvalidDataException or UnauthorizedAccessException or StoreNotUsableException or CryptographicException)
        {
            mistakes.WriteLine(fault.Message);
            return 1;
        }
    }

    private static int Run(string name, string? file, ServerOptions options, TextWriter told)
    {
        var folder = options.DataFolder;
        switch (name)
        {
            case "backup" or "restore" when options.Store is not null:
                throw new InvalidDataException($"PostgreSQL has its own: use pg_dump --format=custom and pg_restore, or the backups of who runs {options.Records}; then verify.");
            case "reset" when !options.Demo || options.Store is not null:
                throw new InvalidDataException("Only the demonstration is told from the beginning, and only in a folder: reset --demo, with --data DIR where it is kept elsewhere.");
            case "reset":
                DemonstrationFolder.Empty(folder);
                told.WriteLine($"The demonstration in {folder} is deleted. The next start with --demo tells it from the beginning.");
                return 0;
            case "verify":
                var heads = options.WitnessFolder is { } witness ? Witness.Heads(witness) : [];
                var found = options.Store is null ? DataFolder.Verify(folder, heads) : DataFolder.Verify(options.OpenStore(), heads);
                told.WriteLine(found.Fault is null ? $"{WellOf(found)}{Environment.NewLine}{WitnessOf(heads)}" : $"Not well at position {found.FirstBad}: {found.Fault}.");
                return found.Fault is null ? 0 : 1;
            case "rebuild":
                told.WriteLine($"{DataFolder.Rebuild(options.OpenStore(), Product.Compose().Kinds, options.OpenVault())} records were folded and their read tables written anew.");
                return 0;
            case "backup":
                var manifest = DataFolder.Backup(folder, file!, TimeProvider.System.GetUtcNow());
                told.WriteLine($"{manifest.Events} events, {manifest.Bytes} bytes, SHA-256 {manifest.Sha256}. Keep {file} and {file}.json together, and the vault's key apart from them.");
                return 0;
            case "restore":
                told.WriteLine($"Restored into {folder}. {WellOf(DataFolder.Restore(file!, folder))}");
                if (options.VaultKey is { } key) Vault.Keep(key, options.VaultKeyFile);
                else told.WriteLine($"To serve it, put the vault's key that was made with these records at {options.VaultKeyFile}, or name it with --vault-key-file.");
                return 0;
            case "change-vault-key":
                told.WriteLine(ChangeVaultKey(Path.GetFullPath(file!), options));
                return 0;
            default:
                using (var to = new StreamWriter(file!))
                    told.WriteLine($"{(options.Store is null ? DataFolder.Export(folder, to) : DataFolder.Export(options.OpenStore(), to))} events written to {file}.");
                return 0;
        }
    }

    /// <summary>Needs no data folder: the dossier alone tells whether its figures follow from its results.</summary>
    private static int VerifyDossier(string[] args, TextWriter told, TextWriter mistakes)
    {
        if (args is not ([_] or [_, "--sha256", _]))
        {
            mistakes.WriteLine("verify-dossier FILE computes every figure of a dossier again; with --sha256 HASH it is the very dossier that was named so.");
            return 2;
        }

        if (!File.Exists(args[0]))
        {
            mistakes.WriteLine($"There is no file {args[0]}.");
            return 2;
        }

        var check = DossierPackage.Verify(File.ReadAllBytes(args[0]), args.ElementAtOrDefault(2));
        foreach (var fault in check.Faults) told.WriteLine(fault);
        told.WriteLine(check.Faults.IsEmpty
            ? $"All is well: {check.Computed} figures computed again, each equal to 1e-8; {check.Withheld} stand as signed. SHA-256 {check.Sha256}"
            : $"Not well: {check.Faults.Length} faults.");
        return check.Faults.IsEmpty ? 0 : 1;
    }

    /// <summary>Asked again after it was cut off, it goes on where it was: the records are under one key or the other.</summary>
    private static string ChangeVaultKey(string file, ServerOptions options)
    {
        var inFolder = options.VaultKey is null;
        if (inFolder && !File.Exists(options.VaultKeyFile)) throw new InvalidDataException($"There is no key at {options.VaultKeyFile}. Name the one that the records are sealed under now with --vault-key-file.");
        if (options.Store is null && !File.Exists(Path.Combine(options.DataFolder, SqliteEngine.FileName))) throw new InvalidDataException($"There are no data in {options.DataFolder}.");
        using var engine = options.OpenStore();
        var told = KeyChange.Run(engine, options.OpenVault(), Vault.In(file)) is { } people
            ? $"The keys of {people} people and pilots are sealed under the key in {file}, and every row opens."
            : $"The records are sealed under the key in {file} already.";
        if (!inFolder) return $"{told} Start every server with --vault-key-file {file} from now on. The old key opens backups made before: keep it as long as you keep those, apart from them, and no longer.";
        if (File.ReadAllText(options.VaultKeyFile).Trim() == File.ReadAllText(file).Trim()) return told;

        var old = $"{options.VaultKeyFile}.until-{TimeProvider.System.GetUtcNow():yyyyMMddTHHmmssZ}";
        File.Copy(options.VaultKeyFile, old);
        var next = $"{options.VaultKeyFile}.{Guid.NewGuid():N}";
        Vault.Keep(File.ReadAllText(file).Trim(), next);
        File.Move(next, options.VaultKeyFile, overwrite: true);
        return $"{told} It is in {options.VaultKeyFile} too, for the next start. The old key, now {old}, opens backups made before: keep it as long as you keep those, apart from them, and no longer.";
    }

    private static string WitnessOf(IReadOnlyList<SignedHead> heads) => heads is [var first, .., var last]
        ? $"It meets all {heads.Count} heads signed from {first.At:u} to {last.At:u}."
        : heads is [var only] ? $"It meets the head signed at {only.At:u}." : "No signed head was there to compare with (--witness DIR).";

    private static string WellOf(Verification found) =>
        $"All is well: {found.Events} events of {found.Streams} records in {found.Batches} commits. Head: {found.Head}";
}
