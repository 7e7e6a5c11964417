using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;

namespace Anywise.EfCore.Inspection;

/// <summary>Reads from compiled code which types it uses.</summary>
[RequiresUnreferencedCode("Reads the code of classes.")]
internal static class CodeReading
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>The types that the methods make an object or a value of.</summary>
    public static IReadOnlySet<Type> MadeIn(IEnumerable<MethodBase> methods) =>
        methods.SelectMany(UsesIn).Select(MadeBy).OfType<Type>().ToHashSet();

    /// <summary>The types whose members the methods call, and those that they name as type arguments of what they call.</summary>
    public static IReadOnlySet<Type> UsedIn(IEnumerable<MethodBase> methods) =>
        methods.SelectMany(UsesIn).Select(use => use.Used).OfType<MethodBase>().SelectMany(TypesOf).ToHashSet();

    /// <summary>All that the class declares, and what stands in the classes inside of it that the compiler makes of asynchronous methods and lambdas.</summary>
    public static IEnumerable<MethodBase> MethodsOf(Type type) => WithMadeByCompiler(type).SelectMany(DeclaredIn);

    public static IEnumerable<MethodBase> DeclaredIn(Type type) => type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared));

    /// <summary>What the instructions of a method call, with the names of the instructions, and the types of the values that they empty.</summary>
    public static IEnumerable<(OpCode Code, MemberInfo Used)> UsesIn(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var position = 0; position < code.Length;)
        {
            var opCode = OpCodes[code[position] == 0xFE ? (short)(0xFE00 | code[position + 1]) : code[position]];
            position += opCode.Size;
            if ((opCode.OperandType == OperandType.InlineMethod || opCode == System.Reflection.Emit.OpCodes.Initobj)
                && Resolve(method, BitConverter.ToInt32(code, position)) is { } used)
            {
                yield return (opCode, used);
            }

            position += SizeOfOperand(opCode, code, position);
        }
    }

    /// <summary>The constructor of a value is called in its place, and one without parameters is no call at all.</summary>
    private static Type? MadeBy((OpCode Code, MemberInfo Used) use) => use.Used switch
    {
        Type emptied => emptied,
        ConstructorInfo { DeclaringType: { } made } when use.Code == System.Reflection.Emit.OpCodes.Newobj || made.IsValueType => made,
        _ => null,
    };

    private static IEnumerable<Type> TypesOf(MethodBase method) =>
        (method.IsGenericMethod ? method.GetGenericArguments() : []).Concat(method.DeclaringType?.GetGenericArguments() ?? []).Append(method.DeclaringType!);

    /// <summary>An asynchronous lambda has a state machine inside of the class that has what it takes along.</summary>
    private static IEnumerable<Type> WithMadeByCompiler(Type type) =>
        type.GetNestedTypes(BindingFlags.NonPublic).Where(nested => nested.Name.StartsWith('<')).SelectMany(WithMadeByCompiler).Prepend(type);

    private static MemberInfo? Resolve(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveMember(token, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);
        }
        catch (Exception failure) when (failure is ArgumentException or TypeLoadException or FileNotFoundException)
        {
            return null; // of an assembly that is not there
        }
    }

    private static int SizeOfOperand(OpCode opCode, byte[] code, int position) => opCode.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, position)),
        _ => 4,
    };
}
