using Xunit;

namespace Heliostat.Testing.Kerberos;

/// <summary>A fact that starts KDCs: skipped, saying why, where MIT Kerberos is not installed.</summary>
public sealed class KerberosFactAttribute : FactAttribute
{
    private static readonly string[] Folders =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/sbin"];

    private string? _skip;

    public override string? Skip
    {
        get => _skip ?? Missing();
        set => _skip = value;
    }

    /// <summary>Where a program is, or null.</summary>
    internal static string? Find(string program) => Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>What is not installed here; null when KDCs can be started.</summary>
    internal static string? Missing()
    {
        string[] programs = ["krb5kdc", "kdb5_util", "kadmin.local", "kinit"];
        var missing = programs.Where(program => Find(program) is null).ToArray();
        return missing.Length == 0 ? null : $"{string.Join(", ", missing)} not found (packages krb5-kdc, krb5-admin-server, krb5-user)";
    }
}
