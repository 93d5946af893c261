using System.Runtime.InteropServices;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>
/// The one thing of Kerberos that is the process's and not a login's: which krb5.conf counts. The library reads it from the C environment,
/// which .NET's own setter does not reach.
/// </summary>
public static partial class KerberosEnvironment
{
    private const string Variable = "KRB5_CONFIG";

    /// <summary>
    /// Makes the library read <paramref name="files"/>, one behind the other, unless <c>KRB5_CONFIG</c> is set already; to be called at the
    /// very start, before other threads. Gives what counts now when that is something else, for a warning; null when it was done.
    /// </summary>
    public static string? UseConfig(IReadOnlyList<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var wanted = string.Join(':', files.Distinct());
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set)
        {
            return set == wanted ? null : set;
        }

        if (wanted.Length > 0)
        {
            _ = SetEnvironment(Variable, wanted, 1);
            Environment.SetEnvironmentVariable(Variable, wanted);
        }

        return null;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
