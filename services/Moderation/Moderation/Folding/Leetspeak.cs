using System.Collections.Frozen;

namespace Limner.Moderation.Folding;

/// <summary>Digits, signs and letters that are written in place of a letter.</summary>
internal static class Leetspeak
{
    /// <summary>Any one letter: "f*ck".</summary>
    public const char Wildcard = '*';

    private static readonly FrozenDictionary<char, string> Table = new Dictionary<char, string>
    {
        ['0'] = "0o",
        ['1'] = "1il",
        ['2'] = "2z",
        ['3'] = "3e",
        ['4'] = "4a",
        ['5'] = "5s",
        ['6'] = "6gb",
        ['7'] = "7t",
        ['8'] = "8b",
        ['9'] = "9g",
        ['@'] = "a",
        ['$'] = "s",
        ['!'] = "il",
        ['|'] = "il",
        ['+'] = "t",
        ['('] = "c",
        ['<'] = "c",
        ['€'] = "e",
        ['£'] = "l",
        ['¡'] = "il",
        ['©'] = "c",
        ['¢'] = "c",
        ['®'] = "r",
        ['§'] = "s",
        ['¥'] = "y",
        ['†'] = "t",
        ['×'] = "x",
        ['✕'] = "x",
        ['✖'] = "x",
        ['✗'] = "x",
        ['✘'] = "x",
        ['❌'] = "x",
        ['√'] = "v",
        ['∨'] = "v",
        ['∂'] = "d",
        ['∑'] = "e",
        ['∀'] = "a",
        ['∩'] = "n",
        ['∪'] = "u",
        ['₩'] = "w",
        ['₥'] = "m",
        ['○'] = "o",
        ['◯'] = "o",
        ['v'] = "vu",
        ['z'] = "zs",
    }.ToFrozenDictionary();

    private static readonly string[] Latin = [.. Enumerable.Range('a', 26).Select(letter => ((char)letter).ToString())];

    public static string Readings(char character) =>
        Table.GetValueOrDefault(character) ?? (character is >= 'a' and <= 'z' ? Latin[character - 'a'] : char.IsLetter(character) ? character.ToString() : "");
}
