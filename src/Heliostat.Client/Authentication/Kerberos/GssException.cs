using System.Text;

namespace Heliostat.Client.Authentication.Kerberos;

/// <summary>
/// A call of the GSS-API that failed, with the library's own words; <see cref="KerberosFailures"/> makes sentences of it.
/// </summary>
internal sealed class GssException(uint major, uint minor, string text) : Exception(text)
{
    private const uint ErrorMask = 0xFFFF0000;

    public uint Minor { get; } = minor;

    /// <summary>The routine error, 1 to 18 (RFC 2744, 3.9.1).</summary>
    public uint RoutineError { get; } = major >> 16 & 0xFF;

    public static bool IsFailure(uint major) => (major & ErrorMask) != 0;

    /// <summary>
    /// Throws when the call failed. The minor status has the cause, the major one only its class. Called by the thread that made the call:
    /// the words are kept by thread.
    /// </summary>
    public static void ThrowIfFailed(uint major, uint minor)
    {
        if (IsFailure(major))
        {
            var text = minor == 0 ? "" : Text(minor, GssNative.MinorStatus);
            throw new GssException(major, minor, text.Length > 0 ? text : Text(major, GssNative.MajorStatus));
        }
    }

    private static string Text(uint status, int kind)
    {
        uint more = 0;
        var text = new StringBuilder();
        do
        {
            if (GssNative.DisplayStatus(out _, status, kind, in GssOids.Kerberos, ref more, out var buffer) != GssNative.Complete)
            {
                break;
            }

            text.Append(text.Length > 0 ? ", " : "").Append(Encoding.UTF8.GetString(GssBytes.Take(ref buffer)));
        }
        while (more != 0);

        return text.ToString();
    }
}
