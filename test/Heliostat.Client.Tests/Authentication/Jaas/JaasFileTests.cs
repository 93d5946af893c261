using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.Jaas;
using Heliostat.Testing;

namespace Heliostat.Client.Tests.Authentication.Jaas;

public sealed class JaasFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("jaas");

    [Fact]
    public void The_clients_section_is_found_among_others()
    {
        var module = Read("""
            // brokers
            KafkaServer {
              org.example.ServerModule required user_admin="x";
              org.example.OtherModule optional;
            };
            /* clients */
            "KafkaClient" {
              com.sun.security.auth.module.Krb5LoginModule required
              useKeyTab=true
              keyTab="/etc/keytabs/mirror.keytab"
              principal=mirror/host@REALM;
            };
            """);

        Assert.Equal("com.sun.security.auth.module.Krb5LoginModule", module.LoginModule);
        Assert.Equal("true", module.Options["useKeyTab"]);
        Assert.Equal("/etc/keytabs/mirror.keytab", module.Options["keyTab"]);
        Assert.Equal("mirror/host@REALM", module.Options["principal"]);
    }

    [Fact]
    public void System_properties_are_put_in()
    {
        var module = Read("""KafkaClient { M required keyTab="${conf.dir}${/}x.keytab" number=12345; };""",
            new() { ["conf.dir"] = "/etc/kafka" });

        Assert.Equal("/etc/kafka/x.keytab", module.Options["keyTab"]);
        Assert.Equal("12345", module.Options["number"]);
    }

    [Theory]
    [InlineData("KafkaServer { M required; };", "has no section KafkaClient (it has KafkaServer); or set sasl.jaas.config")]
    [InlineData("", "has no section KafkaClient; or set sasl.jaas.config")]
    [InlineData("KafkaClient { M required; N required; };", "names 2 login modules, where one is allowed")]
    [InlineData("KafkaClient { };", "names 0 login modules, where one is allowed")]
    [InlineData("KafkaClient { M required; }", "a section does not end in '};'")]
    [InlineData("KafkaClient { M required;", "a section does not end in '};'")]
    [InlineData("KafkaClient M required;", "a section 'Name {' is expected")]
    [InlineData("KafkaClient { M required; }; KafkaClient { M required; };", "the section KafkaClient is there twice")]
    [InlineData("KafkaClient { M required a=\"${not.there}\"; };", "the system property ${not.there} is not set")]
    public void What_cannot_be_read_names_the_file(string text, string says)
    {
        var failure = Assert.Throws<SaslException>(() => Read(text));

        Assert.Contains(_folder.File("jaas.conf"), failure.Message, StringComparison.Ordinal);
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_with_the_property() => Assert.Equal(
        $"there is no file {_folder.File("none")} (java.security.auth.login.config)",
        Assert.Throws<SaslException>(() => JaasFile.ReadClient(_folder.File("none"), new Dictionary<string, string>())).Message);

    public void Dispose() => _folder.Dispose();

    private JaasModule Read(string text, Dictionary<string, string>? properties = null)
    {
        File.WriteAllText(_folder.File("jaas.conf"), text);
        return JaasFile.ReadClient(_folder.File("jaas.conf"), properties ?? []);
    }
}
