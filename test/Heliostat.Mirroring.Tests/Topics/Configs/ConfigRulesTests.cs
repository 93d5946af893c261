using Heliostat.Mirroring.Topics.Configs;

namespace Heliostat.Mirroring.Tests.Topics.Configs;

/// <summary>The rules as a table: the source's entry, the target's entry, and what is done.</summary>
public sealed class ConfigRulesTests
{
    private static readonly string[] Exclude = [@"min\.insync\.replicas", "message.timestamp.type"];

    [Theory]
    // A value of the topic itself.
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.Topic), "2000", nameof(ConfigOrigin.Topic), "SET 1000")]
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.Topic), "1000", nameof(ConfigOrigin.Topic), "")]
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.Topic), "1000", nameof(ConfigOrigin.Default), "SET 1000")]
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.Topic), "1000", nameof(ConfigOrigin.StaticBroker), "SET 1000")]
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.Topic), null, nameof(ConfigOrigin.Unknown), "SET 1000")]
    // A value that brokers got while they ran becomes the topic's own.
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.DynamicBroker), "2000", nameof(ConfigOrigin.Default), "SET 1000")]
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.DynamicDefaultBroker), "2000", nameof(ConfigOrigin.Default), "SET 1000")]
    // From the broker's file: ignored, whatever the target has.
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.StaticBroker), "2000", nameof(ConfigOrigin.Topic), "")]
    // A default of the source ends what somebody set on the target.
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.Default), "2000", nameof(ConfigOrigin.Topic), "DELETE")]
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.Default), "1000", nameof(ConfigOrigin.Topic), "DELETE")]
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.Default), "2000", nameof(ConfigOrigin.Default), "")]
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.Default), "2000", nameof(ConfigOrigin.StaticBroker), "")]
    [InlineData("retention.ms", "1000", nameof(ConfigOrigin.Default), null, nameof(ConfigOrigin.Unknown), "")]
    // Never copied.
    [InlineData("min.insync.replicas", "2", nameof(ConfigOrigin.Topic), "1", nameof(ConfigOrigin.Default), "")]
    [InlineData("min.insync.replicas", "2", nameof(ConfigOrigin.Default), "3", nameof(ConfigOrigin.Topic), "")]
    public void With_the_targets_defaults(string name, string value, string origin, string? targetValue, string targetOrigin,
        string expected) =>
            Assert.Equal(expected, Decided(useDefaultsFromSource: false, new(name, value, Enum.Parse<ConfigOrigin>(origin)), targetValue,
                Enum.Parse<ConfigOrigin>(targetOrigin)));

    [Theory]
    [InlineData(nameof(ConfigOrigin.Default), "2000", nameof(ConfigOrigin.Topic), "SET 1000")]
    [InlineData(nameof(ConfigOrigin.Default), "1000", nameof(ConfigOrigin.Default), "SET 1000")]
    [InlineData(nameof(ConfigOrigin.Default), "1000", nameof(ConfigOrigin.Topic), "")]
    [InlineData(nameof(ConfigOrigin.StaticBroker), "2000", nameof(ConfigOrigin.Topic), "")]
    [InlineData(nameof(ConfigOrigin.Topic), "2000", nameof(ConfigOrigin.Topic), "SET 1000")]
    public void With_the_sources_defaults(string origin, string targetValue, string targetOrigin, string expected) =>
        Assert.Equal(expected, Decided(useDefaultsFromSource: true, new("retention.ms", "1000", Enum.Parse<ConfigOrigin>(origin)),
            targetValue, Enum.Parse<ConfigOrigin>(targetOrigin)));

    [Fact]
    public void Read_only_and_sensitive_configs_are_left_alone()
    {
        Assert.Equal("", Decided(false, new("retention.ms", "1000", ConfigOrigin.Topic, IsReadOnly: true), "2000", ConfigOrigin.Topic));
        Assert.Equal("", Decided(false, new("retention.ms", null, ConfigOrigin.Topic, IsSensitive: true), "2000", ConfigOrigin.Topic));
    }

    [Fact]
    public void A_mirror_is_created_with_what_was_set_on_the_source()
    {
        var created = new ConfigRules(Exclude, useDefaultsFromSource: false).ForCreation(Source);

        Assert.Equal(["cleanup.policy=compact", "retention.ms=1000"], created.Select(c => $"{c.Name}={c.Value}"));
    }

    [Fact]
    public void A_mirror_is_created_with_the_sources_defaults_if_asked_for()
    {
        var created = new ConfigRules(Exclude, useDefaultsFromSource: true).ForCreation(Source);

        Assert.Equal(["cleanup.policy=compact", "retention.ms=1000", "segment.ms=5"], created.Select(c => $"{c.Name}={c.Value}"));
    }

    [Fact]
    public void Nothing_is_excluded_by_an_empty_list() =>
        Assert.Contains(new ConfigRules([], useDefaultsFromSource: false).ForCreation(Source), c => c.Name == "min.insync.replicas");

    [Fact]
    public void A_broker_that_does_not_name_origins_says_what_is_a_default()
    {
        Assert.Equal(ConfigOrigin.Default, TopicConfig.From(new() { Name = "x", IsDefault = true }).Origin);
        Assert.Equal(ConfigOrigin.Topic, TopicConfig.From(new() { Name = "x", IsDefault = false }).Origin);
        Assert.Equal(ConfigOrigin.StaticBroker, TopicConfig.From(new() { Name = "x", ConfigSource = 4 }).Origin);
    }

    private static TopicConfig[] Source =>
    [
        new("retention.ms", "1000", ConfigOrigin.DynamicDefaultBroker),
        new("cleanup.policy", "compact", ConfigOrigin.Topic),
        new("min.insync.replicas", "2", ConfigOrigin.Topic),
        new("segment.bytes", "7", ConfigOrigin.StaticBroker),
        new("segment.ms", "5", ConfigOrigin.Default),
    ];

    private static string Decided(bool useDefaultsFromSource, TopicConfig source, string? targetValue, ConfigOrigin targetOrigin)
    {
        TopicConfig[] target = targetOrigin == ConfigOrigin.Unknown ? [] : [new(source.Name, targetValue, targetOrigin)];
        var changes = new ConfigRules(Exclude, useDefaultsFromSource).Changes([source], target);
        return string.Join("; ", changes.Select(c => c.Operation == ConfigOperation.Set ? $"SET {c.Value}" : "DELETE"));
    }
}
