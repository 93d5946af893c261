using Heliostat.Client.Authentication.Kerberos;

namespace Heliostat.Client.Tests.Authentication.Kerberos;

/// <summary>What the library says by its codes (krb5_err.et), also what takes clocks that differ.</summary>
public sealed class KerberosFailuresTests
{
    private const uint Failure = 13 << 16;
    private static readonly GssapiOptions Options = new()
    {
        ServiceName = "kafka",
        Principal = "mirror@ONE.TEST",
        KeyTab = "/etc/mirror.keytab"
    };

    [Theory]
    [InlineData(37, "kafka1", "Unavailable",
        "the clocks of this machine and of the KDC or the broker differ by more than five minutes (Kerberos: words)")]
    [InlineData(37, null, "Unavailable",
        "the clocks of this machine and of the KDC or the broker differ by more than five minutes (Kerberos: words)")]
    [InlineData(33, "kafka1", "Unavailable", "the clocks of this machine")]
    [InlineData(148, null, "Unavailable", "the clocks of this machine")]
    [InlineData(32, "kafka1", "Unavailable", "the ticket of mirror@ONE.TEST has expired (Kerberos: words)")]
    [InlineData(34, "kafka1", "Unavailable", "the broker took the login of mirror@ONE.TEST for a replay (Kerberos: words)")]
    [InlineData(31, null, "Refused",
        "the key of mirror@ONE.TEST in the keytab /etc/mirror.keytab is not the one the KDC has (Kerberos: words): export the keytab anew")]
    [InlineData(24, null, "Refused",
        "the key of mirror@ONE.TEST in the keytab /etc/mirror.keytab is not the one the KDC has (Kerberos: words): export the keytab anew")]
    [InlineData(18, null, "Refused", "the KDC has locked or expired mirror@ONE.TEST (Kerberos: words)")]
    [InlineData(156, null, "Unavailable",
        "cannot reach a KDC of ONE.TEST for mirror@ONE.TEST (Kerberos: words); see krb5.conf for its address")]
    public void Each_code_has_its_cause_and_what_to_do(int code, string? host, string failure, string said)
    {
        var explained = KerberosFailures.Explain(new GssException(Failure, unchecked((uint)(-1765328384 + code)), "words"), Options, host);

        Assert.StartsWith(said, explained.Message, StringComparison.Ordinal);
        Assert.Equal(failure, explained.Failure.ToString());
    }
}
