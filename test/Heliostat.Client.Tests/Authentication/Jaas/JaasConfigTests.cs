using Heliostat.Client.Authentication;
using Heliostat.Client.Authentication.Jaas;

namespace Heliostat.Client.Tests.Authentication.Jaas;

public sealed class JaasConfigTests
{
    [Fact]
    public void Module_flag_and_options_are_read()
    {
        var module =
            JaasConfig.Parse("""org.apache.kafka.common.security.plain.PlainLoginModule REQUIRED username="mirror" password='se"cret' ;""");

        Assert.Equal("org.apache.kafka.common.security.plain.PlainLoginModule", module.LoginModule);
        Assert.Equal("PlainLoginModule", module.ShortName);
        Assert.Equal("required", module.ControlFlag);
        Assert.Equal("mirror", module.Options["username"]);
        Assert.Equal("se\"cret", module.Options["password"]);
    }

    [Theory]
    [InlineData("a=word", "word")]
    [InlineData("a=w0rd.with-all_of$them", "w0rd.with-all_of$them")]
    [InlineData("a=wörd\u00A0€", "wörd\u00A0€")]
    [InlineData("a = \"spaced\"", "spaced")]
    [InlineData("a=\"\"", "")]
    [InlineData("""a="12345" """, "12345")]
    [InlineData("""a="x\"y\\z" """, "x\"y\\z")]
    [InlineData("""a='x\'y' """, "x'y")]
    [InlineData("""a="\101\60\7\400" """, "A0\a\u00200")]
    [InlineData("""a="\n\t\r\b\f\a\v\q" """, "\n\t\r\b\f\a\vq")]
    [InlineData("a=\"cut\n b=c", "cut")]
    [InlineData("a=/* between */\"x\"", "x")]
    [InlineData("a=x // to the end; of the line\n", "x")]
    [InlineData("a=x / also; a comment\n", "x")]
    [InlineData("a=\"/etc/security/x@REALM:1\"", "/etc/security/x@REALM:1")]
    [InlineData("a=one a=two", "two")]
    [InlineData("\"a\"=x", "x")]
    public void Values_are_read_as_Javas_tokenizer_reads_them(string option, string value) =>
        Assert.Equal(value, JaasConfig.Parse($"Module required {option};").Options["a"]);

    [Theory]
    [InlineData("", "no login module is named")]
    [InlineData("   // nothing", "no login module is named")]
    [InlineData("=", "the name of a login module is expected first")]
    [InlineData("Module", "the login module has no control flag: write 'required' behind it")]
    [InlineData("Module username=x;",
        "behind the login module stands no control flag: 'required', 'requisite', 'sufficient' or 'optional'")]
    [InlineData("Module required username", "value not specified for key 'username'")]
    [InlineData("Module required username=;", "value not specified for key 'username'")]
    [InlineData("Module required username=", "value not specified for key 'username'")]
    [InlineData("Module required password=12345;",
        "value not specified for key 'password': a value that begins as a number does must be in quotes")]
    [InlineData("Module required password=-1canary;",
        "value not specified for key 'password': a value that begins as a number does must be in quotes")]
    [InlineData("Module required keyTab=/etc/canary;",
        "value not specified for key 'keyTab'; what follows a / is a comment, unless the value is in quotes")]
    [InlineData("Module required principal=mirror@CANARY;",
        "the name of an option or a semicolon is expected; a value with /, =, @, : or ; in it must be in quotes")]
    [InlineData("Module required username=\"x\"", "it does not end in a semicolon")]
    [InlineData("Module required password=a/CANARY;",
        "it does not end in a semicolon; what follows a / is a comment, unless the value is in quotes")]
    [InlineData("One required; Two required;", "2 login modules are named, where one is allowed")]
    public void What_cannot_be_read_says_why_and_shows_no_value(string line, string why)
    {
        var failure = Assert.Throws<SaslException>(() => JaasConfig.Parse(line));

        Assert.Equal($"the JAAS configuration cannot be read: {why}", failure.Message);
        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_module_shows_names_and_what_is_no_secret() => Assert.Equal(
        """ScramLoginModule required password=[hidden] unknown=[hidden] username="mirror";""",
        JaasConfig.Parse(
            """org.apache.kafka.common.security.scram.ScramLoginModule required username="mirror" password="canary" unknown="canary";""")
                .ToString());
}
