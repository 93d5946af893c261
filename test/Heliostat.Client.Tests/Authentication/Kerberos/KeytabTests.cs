using Heliostat.Client.Authentication.Kerberos;

namespace Heliostat.Client.Tests.Authentication.Kerberos;

public sealed class KeytabTests
{
    /// <summary>mirror@A, a hole of three bytes, kafka/host@B, kafka/host@B again.</summary>
    private static readonly byte[] Bytes =
    [
        5, 2,
        0, 0, 0, 13, 0, 1, 0, 1, (byte)'A', 0, 6, .. "mirror"u8,
        0xFF, 0xFF, 0xFF, 0xFD, 9, 9, 9,
        0, 0, 0, 21, 0, 2, 0, 1, (byte)'B', 0, 5, .. "kafka"u8, 0, 4, .. "host"u8, 0, 1, 9,
        0, 0, 0, 18, 0, 2, 0, 1, (byte)'B', 0, 5, .. "kafka"u8, 0, 4, .. "host"u8,
    ];

    [Fact]
    public void Principals_are_listed_once_and_holes_passed_over() => Assert.Equal(["mirror@A", "kafka/host@B"], Keytab.Principals(Bytes));

    [Theory]
    [InlineData("mirror@A", true)]
    [InlineData("mirror", true)]
    [InlineData("kafka/host", true)]
    [InlineData("mirror@B", false)]
    [InlineData("mir", false)]
    public void A_principal_may_lack_its_realm(string principal, bool isHeld) =>
        Assert.Equal(isHeld, Keytab.Holds(Keytab.Principals(Bytes), principal));

    [Fact]
    public void Any_bytes_give_principals_or_one_exception()
    {
        for (var length = 0; length < Bytes.Length; length++)
        {
            for (var flip = 0; flip < length; flip++)
            {
                var bytes = Bytes[..length];
                bytes[flip] ^= 0x81;
                var failure = Record.Exception(() => Keytab.Principals(bytes));
                Assert.True(failure is null or InvalidDataException, failure?.ToString());
            }
        }
    }
}
