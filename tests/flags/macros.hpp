// What a user's other headers define before tenet comes: Qt's, X11's and Windows' macros, the last behind the first
// header of the standard library, which would have removed them.
#include <cstddef>

#define slots
#define signals public
#define emit
#define foreach Q_FOREACH
#define forever for (;;)
#define Bool int
#define Status int
#define True 1
#define False 0
#define None 0L
#define Success 0
#define Always 2
#define Above 0
#define Below 1
#define Opposite 4
#define Unsorted 0
#define Complex 0
#define Convex 2
#define Expose 12
#define KeyPress 2
#define FocusIn 9
#define FocusOut 10
#define CursorShape 0
#define InputOnly 2
#define InputOutput 1
#define GrayScale 1
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define near
#define far
#define interface struct
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define VOID void
#define TRUE 1
#define FALSE 0
#define DELETE 0x00010000L
#define ERROR 0
#define CHECK(x) x
#define PI 3.14159265358979
// rpcndr.h's and more of Windows', more of X11's, Arduino's, macOS' and C's.
#define small char
#define hyper __int64
#define boolean unsigned char
#define pascal
#define cdecl
#define PASCAL
#define CALLBACK
#define WINAPI
#define STRICT 1
#define THIS
#define THIS_ void
#define PURE = 0
#define ABSOLUTE 1
#define RELATIVE 2
#define TRANSPARENT 1
#define OPAQUE 2
#define NO_ERROR 0L
#define IGNORE 0
#define INFINITE 0xFFFFFFFF
#define DIFFERENCE 11
#define DOMAIN 1
#define SING 2
#define OVERFLOW 3
#define UNDERFLOW 4
#define GetObject GetObjectA
#define GetMessage GetMessageA
#define CreateFile CreateFileA
#define DeleteFile DeleteFileA
#define CopyFile CopyFileA
#define LoadImage LoadImageA
#define Yield()
#define TEXT(x) x
#define CONTEXT_ALL 1
#define SEVERITY_ERROR 1
#define DestroyAll 0
#define ControlMask 4
#define ShiftMask 1
#define BadValue 2
#define BadRequest 1
#define NoSymbol 0L
#define Nonconvex 1
#define Button1 1
#define CoordModeOrigin 0
#define LineSolid 0
#define Q_EMIT
#define Q_SIGNALS public
#define Q_SLOTS
#define SIGNAL(a) #a
#define SLOT(a) #a
#define F(x) x
#define B0 0
#define B1 1
#define B110 6
#define HIGH 1
#define LOW 0
#define INPUT 0
#define OUTPUT 1
#define CHANGE 1
#define FALLING 2
#define RISING 3
#define DEFAULT 1
#define EXTERNAL 0
#define SERIAL 0
#define DISPLAY 1
#define HALF_PI 1.5
#define TWO_PI 6.2
#define EULER 2.7
#define DEG_TO_RAD 0.017
#define RAD_TO_DEG 57.2
#define DEG 57.2
#define bitRead(value, bit) (((value) >> (bit)) & 1)
#define bitSet(value, bit) ((value) |= (1UL << (bit)))
#define lowByte(w) ((w)&0xff)
#define highByte(w) ((w) >> 8)
#define interrupts()
#define constrain(a, l, h) (a)
#define radians(d) (d)
#define degrees(d) (d)
#define sq(x) ((x) * (x))
#define bit(b) (1UL << (b))
#define major(x) x
#define minor(x) x
#define YES 1
#define NO 0
#define verify(x) x
#define require(x) x
#define check(x) x
#define nil 0
#define cat(a, b) a##b
#define I (1.0f)
#define SP 3
#define PC 4
#define CS 5
#define ES 5
#define SS 5
