using System.Runtime.InteropServices;
using System.Text;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>A name that the library holds.</summary>
internal sealed class GssName : SafeHandle
{
    private GssName(nint handle)
        : base(0, ownsHandle: true)
    {
        SetHandle(handle);
    }

    public override bool IsInvalid => handle == 0;

    public static GssName Import(string name, in GssNative.Oid type)
    {
        using var bytes = new GssBytes(Encoding.UTF8.GetBytes(name));
        GssException.ThrowIfFailed(GssNative.ImportName(out var minor, in bytes.Buffer, in type, out var imported), minor);
        return new GssName(imported);
    }

    protected override bool ReleaseHandle() => GssNative.ReleaseName(out _, ref handle) == GssNative.Complete;
}
