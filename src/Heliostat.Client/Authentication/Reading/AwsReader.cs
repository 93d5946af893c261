using System.Globalization;
using Heliostat.Client.Authentication.AwsMsk;

namespace Heliostat.Client.Authentication.Reading;

/// <summary>Both ways of Amazon MSK: the options of <c>IAMLoginModule</c>, which the token handler has too.</summary>
internal static class AwsReader
{
    public static SaslOptions Mechanism(LoginReading reading) => new MskIamOptions { Credentials = Credentials(reading) };

    public static AwsCredentialOptions Credentials(LoginReading reading) => new()
    {
        ProfileName = reading.Option("awsProfileName"),
        RoleArn = reading.Option("awsRoleArn"),
        RoleSessionName = reading.Option("awsRoleSessionName"),
        RoleExternalId = reading.Option("awsRoleExternalId"),
        RoleAccessKeyId = reading.Option("awsRoleAccessKeyId"),
        RoleSecretAccessKey = reading.SecretOption("awsRoleSecretAccessKey"),
        RoleSessionToken = reading.SecretOption("awsRoleSessionToken"),
        StsRegion = reading.Option("awsStsRegion"),
        MaxRetries = Number(reading, "awsMaxRetries", 3),
        MaxBackOff = TimeSpan.FromMilliseconds(Number(reading, "awsMaxBackOffTimeMs", 5_000)),
    };

    private static int Number(LoginReading reading, string name, int standard)
    {
        if (reading.Option(name) is not { } text)
        {
            return standard;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            reading.Problem(LoginReading.JaasKey, $"{name} is no number");
        }

        return number;
    }
}
