using System.Reflection;
using Limner.Architecture.Tests.Tree;

namespace Limner.Architecture.Tests;

/// <summary>An entry that names nothing bans nothing, and the analyzer does not say so.</summary>
public sealed class BannedSymbolTests
{
    public static TheoryData<string> Entries => [.. File.ReadLines(Path.Combine(SourceTree.Root, "eng/BannedSymbols.txt"))];

    [Theory]
    [MemberData(nameof(Entries))]
    public void An_entry_names_a_symbol_that_exists_and_what_to_use_instead(string entry)
    {
        string[] parts = entry.Split(';');
        Assert.True(Exists(parts[0]), $"{parts[0]} does not exist");
        Assert.True(parts is [_, { Length: > 10 }], "no replacement is named");
    }

    [Theory]
    [InlineData("T:System.Diagnostics.StopWatch")]
    [InlineData("P:System.DateTime.Now()")]
    [InlineData("M:System.Threading.Thread.Sleep")]
    [InlineData("M:System.Threading.Thread.Sleep(int)")]
    [InlineData("P:System.Threading.Tasks.Task.Result")]
    public void One_that_does_not_exist_is_noticed(string symbol) => Assert.False(Exists(symbol));

    private static bool Exists(string symbol)
    {
        string name = symbol[2..].Split('(')[0];
        return symbol[0] == 'T' ? Find(name) is not null : Find(name[..name.LastIndexOf('.')]) is { } type && type.GetMembers().Select(Id).Contains(symbol);
    }

    private static Type? Find(string name) => AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(name)).FirstOrDefault(type => type is not null);

    /// <summary>The documentation id of a member, for parameters that are not generic.</summary>
    private static string Id(MemberInfo member)
    {
        string name = $"{member.DeclaringType!.FullName}.{member.Name.Replace('.', '#')}";
        string parameters = member is MethodBase method ? string.Join(',', method.GetParameters().Select(parameter => parameter.ParameterType.FullName)) : "";
        return $"{(member is PropertyInfo ? 'P' : 'M')}:{name}{(parameters.Length > 0 ? $"({parameters})" : "")}";
    }
}
