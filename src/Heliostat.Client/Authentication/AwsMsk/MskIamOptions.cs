namespace Heliostat.Client.Authentication.AwsMsk;

/// <summary>Options of <c>IAMLoginModule</c>: Amazon MSK's own mechanism.</summary>
public sealed record MskIamOptions : SaslOptions
{
    /// <inheritdoc/>
    public override string Mechanism => "AWS_MSK_IAM";

    public AwsCredentialOptions Credentials { get; init; } = new();
}
