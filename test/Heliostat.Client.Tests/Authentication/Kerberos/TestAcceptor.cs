using System.Runtime.InteropServices;
using Heliostat.Client.Authentication.Kerberos;

namespace Heliostat.Client.Tests.Authentication.Kerberos;

/// <summary>A broker's half of GSSAPI, by the same library: enough to be logged in to.</summary>
internal sealed class TestAcceptor : IDisposable
{
    private const int Accept = 2;

    private readonly nint _credential;
    private nint _context;

    public TestAcceptor(string keytab)
    {
        using var store = new GssStore([new("keytab", "FILE:" + keytab)]);
        GssException.ThrowIfFailed(
            GssNative.AcquireCredential(out var minor, 0, uint.MaxValue, in GssOids.OnlyKerberos, Accept, in store.Set, out _credential, 0,
                out _), minor);
    }

    /// <summary>Takes the AP-REQ and gives the AP-REP.</summary>
    public byte[] Greet(ReadOnlySpan<byte> token)
    {
        using var input = new GssBytes(token);
        var major = AcceptContext(out var minor, ref _context, _credential, in input.Buffer, 0, 0, 0, out var output, 0, 0, 0);
        GssException.ThrowIfFailed(major, minor);
        return GssBytes.Take(ref output);
    }

    public byte[] Wrap(ReadOnlySpan<byte> message)
    {
        using var input = new GssBytes(message);
        GssException.ThrowIfFailed(GssNative.Wrap(out var minor, _context, 0, 0, in input.Buffer, out _, out var output), minor);
        return GssBytes.Take(ref output);
    }

    public byte[] Unwrap(ReadOnlySpan<byte> message)
    {
        using var input = new GssBytes(message);
        GssException.ThrowIfFailed(GssNative.Unwrap(out var minor, _context, in input.Buffer, out var output, out _, out _), minor);
        return GssBytes.Take(ref output);
    }

    public void Dispose()
    {
        var credential = _credential;
        GssNative.ReleaseCredential(out _, ref credential);
        GssNative.DeleteContext(out _, ref _context, 0);
    }

    [DllImport("libgssapi_krb5.so.2", EntryPoint = "gss_accept_sec_context")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint AcceptContext(
        out uint minor, ref nint context, nint credential, in GssNative.Buffer input, nint bindings, nint name, nint mechanism,
        out GssNative.Buffer output, nint flags, nint lifetime, nint delegated);
}
