using System.Net;
using System.Text;
using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.Plain;
using Heliostat.Transport.Security;

namespace Heliostat.Client.Tests.Authentication.Plain;

public sealed class PlainTests
{
    private static readonly DnsEndPoint Broker = new("broker.test", 9093);

    [Fact]
    public async Task User_and_password_follow_an_empty_authorization_id()
    {
        using var session = await Mechanism("mirror", "pässword").BeginAsync(Broker, CancellationToken.None);

        Assert.Equal(Encoding.UTF8.GetBytes("\0mirror\0pässword"), session.First.ToArray());
        Assert.True(session.AwaitsAnswer);
        Assert.Null(session.Next(default));
    }

    [Fact]
    public async Task An_answer_with_bytes_is_no_answer_to_PLAIN()
    {
        using var session = await Mechanism("mirror", "secret").BeginAsync(Broker, CancellationToken.None);

        var failure = Assert.Throws<SaslException>(() => session.Next(new byte[3]));

        Assert.Equal(SaslFailure.Malformed, failure.Failure);
    }

    [Theory]
    [InlineData("", "secret")]
    [InlineData("mirror", "")]
    [InlineData("mir\0ror", "secret")]
    [InlineData("mirror", "sec\0ret")]
    public void What_PLAIN_cannot_carry_is_refused_before_anything_is_sent(string user, string password)
    {
        var failure = Assert.Throws<SaslException>(() => Mechanism(user, password));

        Assert.Equal(SaslFailure.NoCredential, failure.Failure);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_names_the_user_and_the_brokers_words_on_one_line()
    {
        using var session = await Mechanism("mirror", "canary").BeginAsync(Broker, CancellationToken.None);

        var refused = session.Refused("Authentication failed:\r\n\u001b[31mInvalid username or password");

        Assert.Equal(SaslFailure.Refused, refused.Failure);
        Assert.Equal(
            "user 'mirror' is refused with PLAIN: Authentication failed:   [31mInvalid username or password; check the username and "
                + "password of sasl.jaas.config",
            refused.Message);
    }

    [Fact]
    public void Options_do_not_print_the_password_and_are_equal_by_value()
    {
        var options = new PlainOptions { Username = "mirror", Password = new Secret("canary") };

        Assert.DoesNotContain("canary", options.ToString(), StringComparison.Ordinal);
        Assert.Equal(options, options with { Password = new Secret("canary") });
        Assert.NotEqual(options, options with { Password = new Secret("other") });
    }

    private static ISaslMechanism Mechanism(string user, string password) =>
        SaslMechanisms.Create(new PlainOptions { Username = user, Password = new Secret(password) }, Surroundings.System);
}
