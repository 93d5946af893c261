using System.IO.Compression;
using Heliostat.Configuration.Transforms;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker2;

/// <summary>Transforms and predicates that are people's own classes: what is read, and each mistake with its line.</summary>
public sealed class JavaTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("java");

    public JavaTests()
    {
        using var jar = ZipFile.Open(Jar, ZipArchiveMode.Create);
        jar.CreateEntry("com/example/Mask$Value.class");
        jar.CreateEntry("com/example/IsOrder.class");
    }

    private string Jar => _folder.File("mine.jar");

    [Fact]
    public void A_class_is_read_with_all_that_is_said_of_it()
    {
        var read = Configurations.GoodWith($"""
            A->B.transforms = m
            A->B.transforms.m.type = com.example.Mask$Value
            A->B.transforms.m.fields = card, cvv
            A->B.transforms.m.predicate = p
            A->B.transforms.m.negate = true
            A->B.predicates = p
            A->B.predicates.p.type = com.example.IsOrder
            A->B.predicates.p.depth = 2
            heliostat.payload.value = json
            heliostat.java.classpath = {_folder.Path}/*
            heliostat.java.timeout.ms = 500
            heliostat.java.options = -Xmx1g
            """);
        Assert.Empty(read.Errors.Lines());
        Assert.Empty(read.Warnings.Lines());
        var flow = read.ToFile().Flows[0];

        var step = Assert.Single(flow.Transforms.Steps);
        var mask = Assert.IsType<TransformAction.Java>(step.Action).Class;
        var order = Assert.IsType<RecordCondition.Java>(Assert.IsType<RecordCondition.Not>(step.When).Condition).Class;
        Assert.Equal(("com.example.Mask$Value", JavaClassKind.Transform, Jar, false, true),
            (mask.Name, mask.Kind, mask.Place, mask.KeyIsJson, mask.ValueIsJson));
        Assert.Equal(["fields=card, cvv", "type=com.example.Mask$Value"],
            mask.Settings.Select(setting => $"{setting.Key}={setting.Value}").Order(StringComparer.Ordinal));
        Assert.Equal((JavaClassKind.Predicate, "2"), (order.Kind, order.Settings["depth"]));
        Assert.Equal([order, mask], flow.Transforms.JavaClasses);
        Assert.Equal((TimeSpan.FromMilliseconds(500), "-Xmx1g", ""), (flow.Java!.Timeout, flow.Java.Arguments, flow.Java.Home));
    }

    [Theory]
    [InlineData("com.example.Other", "heliostat.java.classpath = JAR",
        "6: A->B.transforms.t.type: 'com.example.Other' cannot be used: nothing that 'heliostat.java.classpath' names has it")]
    [InlineData("com.example.IsOrder", "",
        "6: A->B.transforms.t.type: 'com.example.IsOrder' cannot be used: a Java class needs its jar and Kafka's in ")]
    [InlineData("com.example.IsOrder", "heliostat.java.classpath = JAR:/nowhere/x.jar",
        "7: heliostat.java.classpath: names '/nowhere/x.jar', where nothing is")]
    [InlineData("com.example.IsOrder", "heliostat.java.classpath = JAR\nheliostat.java.home = /nowhere",
        "8: heliostat.java.home: '/nowhere' has no bin/java")]
    [InlineData("com.example.IsOrder", "heliostat.java.classpath = JAR\nheliostat.java.timeout.ms = 0",
        "8: heliostat.java.timeout.ms: '0' ")]
    [InlineData("heliostat.Nothing", "heliostat.java.classpath = JAR",
        "6: A->B.transforms.t.type: 'heliostat.Nothing' cannot be used: a Java class needs")]
    public void What_cannot_be_used_is_told_with_its_line(string type, string more, string told) => Assert.StartsWith(told,
        Assert.Single(Configurations.GoodWith(
            $"A->B.transforms = t\nA->B.transforms.t.type = {type}\n{more.Replace("JAR", Jar, StringComparison.Ordinal)}").Errors.Lines()),
        StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();
}
