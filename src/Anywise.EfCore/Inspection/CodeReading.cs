using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Emit;

namespace Anywise.EfCore.Inspection;

/// <summary>Reads from the compiled code of a class which types it uses.</summary>
[RequiresUnreferencedCode("Reads the code of classes.")]
internal static class CodeReading
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>The types that the class makes an object of.</summary>
    public static IReadOnlySet<Type> MadeIn(Type type) =>
        CallsIn(type).Where(call => call.Code == System.Reflection.Emit.OpCodes.Newobj).Select(call => call.Method.DeclaringType!).ToHashSet();

    /// <summary>The types whose members the class calls, and those that it names as type arguments of what it calls.</summary>
    public static IReadOnlySet<Type> UsedIn(Type type) =>
        CallsIn(type).SelectMany(call => TypesOf(call.Method)).ToHashSet();

    private static IEnumerable<Type> TypesOf(MethodBase method) =>
        (method.IsGenericMethod ? method.GetGenericArguments() : []).Concat(method.DeclaringType?.GetGenericArguments() ?? []).Append(method.DeclaringType!);

    /// <summary>With the classes inside of it, which the compiler makes of asynchronous methods and lambdas.</summary>
    private static IEnumerable<(OpCode Code, MethodBase Method)> CallsIn(Type type) =>
        from declaring in WithMadeByCompiler(type)
        from method in declaring.GetMethods(Declared).Cast<MethodBase>().Concat(declaring.GetConstructors(Declared))
        from call in CallsIn(method)
        select call;

    /// <summary>An asynchronous lambda has a state machine inside of the class that has what it takes along.</summary>
    private static IEnumerable<Type> WithMadeByCompiler(Type type) =>
        type.GetNestedTypes(BindingFlags.NonPublic).Where(nested => nested.Name.StartsWith('<')).SelectMany(WithMadeByCompiler).Prepend(type);

    private static IEnumerable<(OpCode Code, MethodBase Method)> CallsIn(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var position = 0; position < code.Length;)
        {
            var opCode = OpCodes[code[position] == 0xFE ? (short)(0xFE00 | code[position + 1]) : code[position]];
            position += opCode.Size;
            if (opCode.OperandType == OperandType.InlineMethod && Resolve(method, BitConverter.ToInt32(code, position)) is { } called)
            {
                yield return (opCode, called);
            }

            position += SizeOfOperand(opCode, code, position);
        }
    }

    private static MethodBase? Resolve(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveMethod(token, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);
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
