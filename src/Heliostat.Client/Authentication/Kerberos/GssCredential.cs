using System.Runtime.InteropServices;
using System.Text;
using Heliostat.Client.Authentication.Logins;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>A ticket for tickets, held by the library.</summary>
internal sealed class GssCredential : SafeHandle, IExpiringCredential
{
    private string? _memoryCache;

    private GssCredential(nint handle, DateTimeOffset start, DateTimeOffset expires)
        : base(0, ownsHandle: true)
    {
        SetHandle(handle);
        Start = start;
        Expires = expires;
    }

    public override bool IsInvalid => handle == 0;

    public DateTimeOffset? Start { get; }

    public DateTimeOffset Expires { get; }

    /// <summary>Whose it is, as the library has it, realm included.</summary>
    public string Principal { get; private init; } = "";

    /// <summary>
    /// Gets it from where <paramref name="store"/> says. Blocks while the KDC is asked. Nothing of the process's
    /// environment counts but <c>KRB5_CONFIG</c>, so that each side of a mirror has its own.
    /// </summary>
    /// <param name="principal">Whose; null: the cache's own.</param>
    /// <param name="store">Where it comes from: <c>client_keytab</c>, <c>ccache</c>.</param>
    /// <param name="now">The time, for its life.</param>
    public static GssCredential Acquire(string? principal, IReadOnlyList<KeyValuePair<string, string>> store, DateTimeOffset now)
    {
        using var name = principal is null ? null : GssName.Import(principal, in GssOids.Principal);
        using var elements = new GssStore(store);
        var major = GssNative.AcquireCredential(
            out var minor, name?.DangerousGetHandle() ?? 0, uint.MaxValue, in GssOids.OnlyKerberos, GssNative.Initiate, in elements.Set,
            out var credential, 0, out var lifetime);
        GssException.ThrowIfFailed(major, minor);
        return new GssCredential(credential, now, now + TimeSpan.FromSeconds(Math.Min(lifetime, int.MaxValue)))
        {
            Principal = PrincipalOf(credential) ?? principal ?? ""
        };
    }

    /// <summary>As <see cref="Acquire"/>, out of a keytab, with a cache in memory that goes with the credential.</summary>
    public static GssCredential AcquireByKeytab(string? principal, string keytab, DateTimeOffset now)
    {
        var cache = MemoryCache.NewName();
        try
        {
            var credential = Acquire(principal, [new("client_keytab", "FILE:" + keytab), new("ccache", cache)], now);
            credential._memoryCache = cache;
            return credential;
        }
        catch (GssException)
        {
            MemoryCache.Destroy(cache);
            throw;
        }
    }

    protected override bool ReleaseHandle()
    {
        var isReleased = GssNative.ReleaseCredential(out _, ref handle) == GssNative.Complete;
        if (_memoryCache is { } cache)
        {
            MemoryCache.Destroy(cache);
        }

        return isReleased;
    }

    private static string? PrincipalOf(nint credential)
    {
        if (GssException.IsFailure(GssNative.InquireCredential(out _, credential, out var name, 0, 0, 0)))
        {
            return null;
        }

        var text = GssException.IsFailure(GssNative.DisplayName(out _, name, out var buffer, 0))
            ? null
            : Encoding.UTF8.GetString(GssBytes.Take(ref buffer));
        GssNative.ReleaseName(out _, ref name);
        return text;
    }
}
