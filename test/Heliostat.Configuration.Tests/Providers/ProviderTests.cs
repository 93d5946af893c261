using System.Text;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Providers;
using Heliostat.Configuration.Settings;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Providers;

public sealed class ProviderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("providers");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Values_come_from_the_environment_from_files_and_from_folders()
    {
        Write("secrets.properties", "user = bär\npassword = a\\tb\n");
        Write("token", "t0k3n\n");

        Assert.Equal("<bär/a\tb/t0k3n\n/hush>",
            Resolved(
                $"<${{file:{_folder.Path}/secrets.properties:user}}/${{file:{_folder.Path}/secrets.properties:password}}/${{dir:"
                    + $"{_folder.Path}:token}}/${{env:SECRET}}>", out _));
    }

    [Theory]
    [InlineData("${env:NOT_SET}", "the environment variable 'NOT_SET' is not set")]
    [InlineData("${env:path:SECRET}", "environment variables have no path")]
    [InlineData("${file:/nowhere/at.all:key}", "'/nowhere/at.all' cannot be read")]
    [InlineData("${file:key}", "the file is missing")]
    [InlineData("${dir:/nowhere/at:all}", "'/nowhere/at' is not a folder")]
    [InlineData("${vault:secret/data:key}", "no provider 'vault' is named in config.providers")]
    public void What_is_not_there_stays_as_it_is_and_is_reported(string written, string reason)
    {
        Assert.Equal(written, Resolved(written, out var reasons));
        Assert.StartsWith($"{written} is not resolved: {reason}", Assert.Single(reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_refers_to_nothing_is_left_alone()
    {
        Assert.Equal("a${b}c$d{e:f}", Resolved("a${b}c$d{e:f}", out var reasons));
        Assert.Empty(reasons);
    }

    [Fact]
    public void Only_allowed_paths_are_read()
    {
        Write("open.properties", "k = v");
        Directory.CreateDirectory(_folder.File("in"));
        Write("in/side.properties", "k = w");
        var allowed = $"config.providers.file.param.allowed.paths = {_folder.Path}/in\n";

        Assert.Equal("w", Resolved($"${{file:{_folder.Path}/in/side.properties:k}}", out _, allowed));
        Assert.Equal($"${{file:{_folder.Path}/open.properties:k}}",
            Resolved($"${{file:{_folder.Path}/open.properties:k}}", out var outside, allowed));
        Assert.Contains("allowed.paths", Assert.Single(outside), StringComparison.Ordinal);
        Assert.Equal($"${{file:{_folder.Path}/in/../open.properties:k}}",
            Resolved($"${{file:{_folder.Path}/in/../open.properties:k}}", out _, allowed));
    }

    [Fact]
    public void Only_allowed_variables_are_read()
    {
        Assert.Equal("hush", Resolved("${env:SECRET}", out _, "config.providers.env.param.allowlist.pattern = SEC.*\n"));
        Assert.Equal("${env:SECRET}", Resolved("${env:SECRET}", out _, "config.providers.env.param.allowlist.pattern = SEC\n"));
    }

    [Theory]
    [InlineData("config.providers.file.param.allowed.paths = relative/path\n", "is not absolute")]
    [InlineData("config.providers.file.param.allowed.paths = /nowhere/at/all\n", "does not exist")]
    [InlineData("config.providers.env.param.allowlist.pattern = a(\n", "a(")]
    public void A_provider_that_is_declared_wrongly_is_an_error_where_it_is_wrong(string declaration, string problem)
    {
        var findings = new Findings();

        _ = new ConfigProviders(Entries(declaration), _ => null, findings);

        var error = Assert.Single(findings.Errors);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal(declaration.Split('=')[0].Trim(), error.Key);
    }

    private static IReadOnlyList<PropertyEntry> Entries(string more) => JavaProperties.Parse(
        Encoding.UTF8.GetBytes(
            "config.providers = env, file,dir\nconfig.providers.env.class = org.apache.kafka.common.config.provider.EnvVarConfigProvider\n"
            + "config.providers.file.class = org.apache.kafka.common.config.provider.FileConfigProvider\n"
            + "config.providers.dir.class = org.apache.kafka.common.config.provider.DirectoryConfigProvider\n" + more),
        "mm2.properties");

    private static string Resolved(string value, out IReadOnlyList<string> reasons, string more = "")
    {
        var providers = new ConfigProviders(Entries(more), name => name == "SECRET" ? "hush" : null, new Findings());
        var entry = new PropertyEntry("key", value, "mm2.properties", 9);
        var resolved = providers.Resolve(entry);
        reasons = providers.Unresolved(entry);
        return resolved;
    }

    private void Write(string name, string content) => File.WriteAllText(_folder.File(name), content);
}
