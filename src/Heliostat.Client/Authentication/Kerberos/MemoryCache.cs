using System.Runtime.InteropServices;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>
/// A ticket cache in the process's memory. The library keeps one until it is destroyed, also when nothing came into it; and of a cache with
/// an old ticket it gives that one without a word when the KDC is down. So each credential has a new one, which goes with it.
/// </summary>
internal static partial class MemoryCache
{
    private const string Library = "libkrb5.so.3";

    private static long _made;

    /// <summary>A name nobody else has.</summary>
    public static string NewName() => $"MEMORY:heliostat-{Interlocked.Increment(ref _made)}";

    public static void Destroy(string name)
    {
        if (InitContext(out var context) != 0)
        {
            return;
        }

        if (Resolve(context, name, out var cache) == 0)
        {
            _ = DestroyCache(context, cache);
        }

        FreeContext(context);
    }

    [LibraryImport(Library, EntryPoint = "krb5_init_context")]
    private static partial int InitContext(out nint context);

    [LibraryImport(Library, EntryPoint = "krb5_free_context")]
    private static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "krb5_cc_resolve", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Resolve(nint context, string name, out nint cache);

    [LibraryImport(Library, EntryPoint = "krb5_cc_destroy")]
    private static partial int DestroyCache(nint context, nint cache);
}
