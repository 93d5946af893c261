using System.Runtime.InteropServices;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>The part of MIT's GSS-API (RFC 2744, and <c>gss_acquire_cred_from</c> of its own) that a login needs.</summary>
internal static partial class GssNative
{
    public const uint MutualFlag = 2;
    public const uint ReplayFlag = 4;
    public const uint SequenceFlag = 8;
    public const uint IntegrityFlag = 32;
    public const uint Complete = 0;
    public const uint ContinueNeeded = 1;
    public const int Initiate = 1;
    public const int MajorStatus = 1;
    public const int MinorStatus = 2;

    private const string Library = "libgssapi_krb5.so.2";

    [LibraryImport(Library, EntryPoint = "gss_import_name")]
    public static partial uint ImportName(out uint minor, in Buffer name, in Oid type, out nint imported);

    [LibraryImport(Library, EntryPoint = "gss_release_name")]
    public static partial uint ReleaseName(out uint minor, ref nint name);

    [LibraryImport(Library, EntryPoint = "gss_acquire_cred_from")]
    public static partial uint AcquireCredential(
        out uint minor, nint name, uint time, in OidSet mechanisms, int usage, in KeyValueSet store, out nint credential,
        nint actualMechanisms, out uint lifetime);

    [LibraryImport(Library, EntryPoint = "gss_release_cred")]
    public static partial uint ReleaseCredential(out uint minor, ref nint credential);

    [LibraryImport(Library, EntryPoint = "gss_inquire_cred")]
    public static partial uint InquireCredential(out uint minor, nint credential, out nint name, nint lifetime, nint usage,
        nint mechanisms);

    [LibraryImport(Library, EntryPoint = "gss_display_name")]
    public static partial uint DisplayName(out uint minor, nint name, out Buffer text, nint type);

    [LibraryImport(Library, EntryPoint = "gss_init_sec_context")]
    public static partial uint InitContext(
        out uint minor, nint credential, ref nint context, nint target, in Oid mechanism, uint flags, uint time, nint bindings,
        in Buffer input, nint actual, out Buffer output, out uint actualFlags, nint lifetime);

    [LibraryImport(Library, EntryPoint = "gss_delete_sec_context")]
    public static partial uint DeleteContext(out uint minor, ref nint context, nint output);

    [LibraryImport(Library, EntryPoint = "gss_wrap")]
    public static partial uint Wrap(out uint minor, nint context, int confidential, uint quality, in Buffer input, out int isConfidential,
        out Buffer output);

    [LibraryImport(Library, EntryPoint = "gss_unwrap")]
    public static partial uint Unwrap(out uint minor, nint context, in Buffer input, out Buffer output, out int isConfidential,
        out uint quality);

    [LibraryImport(Library, EntryPoint = "gss_release_buffer")]
    public static partial uint ReleaseBuffer(out uint minor, ref Buffer buffer);

    [LibraryImport(Library, EntryPoint = "gss_display_status")]
    public static partial uint DisplayStatus(out uint minor, uint status, int kind, in Oid mechanism, ref uint messageContext,
        out Buffer text);

    /// <summary>gss_buffer_desc.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        public nuint Length;
        public nint Value;
    }

    /// <summary>gss_OID_desc.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Oid
    {
        public uint Length;
        public nint Elements;
    }

    /// <summary>gss_OID_set_desc.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct OidSet
    {
        public nuint Count;
        public nint Elements;
    }

    /// <summary>gss_key_value_element_desc: two strings.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct KeyValue
    {
        public nint Key;
        public nint Value;
    }

    /// <summary>gss_key_value_set_desc.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct KeyValueSet
    {
        public uint Count;
        public nint Elements;
    }
}
