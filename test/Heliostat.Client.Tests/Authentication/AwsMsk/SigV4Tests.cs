using Heliostat.Client.Authentication.AwsMsk;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Tests.Authentication.AwsMsk;

public sealed class SigV4Tests
{
    /// <summary>AWS's documentation, "Examples of how to derive a signing key".</summary>
    [Fact]
    public void The_signing_key_is_that_of_AWSs_documentation() => Assert.Equal(
        "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d",
        Convert.ToHexStringLower(new SigV4("iam", "us-east-1").Key(new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), "20120215")));

    /// <summary>AWS's documentation of S3, "Authenticating requests: using query parameters".</summary>
    [Fact]
    public void A_presigned_URL_is_that_of_AWSs_documentation()
    {
        var query = new SigV4("s3", "us-east-1").Presign(
            "examplebucket.s3.amazonaws.com", "/test.txt", [], Credentials(""), new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero),
            TimeSpan.FromDays(1), "UNSIGNED-PAYLOAD");

        Assert.Equal(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
            + "&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
            SigV4.Query(query));
    }

    [Fact]
    public void A_session_token_is_signed_with_the_rest_in_its_place()
    {
        var query = new SigV4("kafka-cluster", "eu-west-1").Presign("host", "/", [new("Action", "kafka-cluster:Connect")],
            Credentials("a/b+c="), DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(900));

        Assert.Equal(
            ["Action", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Security-Token", "X-Amz-SignedHeaders",
                "X-Amz-Signature"],
            query.Select(entry => entry.Key));
        Assert.StartsWith("Action=kafka-cluster%3AConnect&", SigV4.Query(query), StringComparison.Ordinal);
        Assert.Contains("&X-Amz-Security-Token=a%2Fb%2Bc%3D&", SigV4.Query(query), StringComparison.Ordinal);
    }

    private static AwsCredentials Credentials(string token) =>
        new("AKIAIOSFODNN7EXAMPLE", new Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), new Secret(token), DateTimeOffset.MaxValue,
            "test");
}
