using System.Runtime.InteropServices;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>The identifiers that are passed by address, in memory that stays for the life of the process.</summary>
internal static class GssOids
{
    /// <summary>1.2.840.113554.1.2.2: Kerberos 5.</summary>
    public static readonly GssNative.Oid Kerberos = Make([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02]);

    /// <summary>1.2.840.113554.1.2.2.1: a principal, <c>mirror@REALM</c>.</summary>
    public static readonly GssNative.Oid Principal = Make([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x02, 0x01]);

    /// <summary>1.2.840.113554.1.2.1.4: a service on a host, <c>kafka@broker.example</c>.</summary>
    public static readonly GssNative.Oid HostService = Make([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 0x01, 0x02, 0x01, 0x04]);

    /// <summary>Kerberos 5 alone.</summary>
    public static readonly GssNative.OidSet OnlyKerberos = SetOf(Kerberos);

    private static GssNative.Oid Make(byte[] der)
    {
        var elements = Marshal.AllocHGlobal(der.Length);
        Marshal.Copy(der, 0, elements, der.Length);
        return new GssNative.Oid { Length = (uint)der.Length, Elements = elements };
    }

    private static GssNative.OidSet SetOf(GssNative.Oid oid)
    {
        var elements = Marshal.AllocHGlobal(Marshal.SizeOf<GssNative.Oid>());
        Marshal.StructureToPtr(oid, elements, fDeleteOld: false);
        return new GssNative.OidSet { Count = 1, Elements = elements };
    }
}
