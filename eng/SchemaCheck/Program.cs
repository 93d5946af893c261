using SchemaCheck;

if (args.Length == 0)
{
    Console.Error.WriteLine("usage: SchemaCheck NEWEST-KAFKA [OLDER-KAFKA ...]   folders of unpacked releases, such as 4.3.1 3.9.1");
    return 2;
}

IReadOnlyList<KafkaRelease> releases;
try
{
    releases = [.. args.Select(KafkaRelease.Open)];
}
catch (IOException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 2;
}

var comparison = new Comparison(releases);
foreach (var message in Message.All)
{
    comparison.Compare(message);
}

foreach (var difference in comparison.Differences)
{
    Console.WriteLine(difference);
}

Console.WriteLine($"{Message.All.Count} messages, {comparison.Compared} versions compared, {comparison.Differences.Count} differences");
return comparison.Differences.Count == 0 ? 0 : 1;
